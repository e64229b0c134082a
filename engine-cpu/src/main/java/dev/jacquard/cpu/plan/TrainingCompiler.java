package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.graph.Chain;
import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the stages of training: the blocks forward, then backward, then the update. */
final class TrainingCompiler {
  private final Blueprint blueprint;
  private final Kernels kernels;
  private final TrainingPlan.State state;
  private final int batch;
  private final int workers;
  private final Values values;
  private final Costs costs;
  private final List<Stage> stages = new ArrayList<>();
  private final GradientTargets targets;
  private final LinearStages linears;
  private final Map<Integer, BatchMoments> moments = new HashMap<>();
  private final Map<Integer, ChainStages> chains = new HashMap<>();
  private final Map<Integer, PlainOp> plain = new HashMap<>();
  private final Map<Integer, CustomStages> customs = new HashMap<>();
  private TrainingHead head;

  TrainingCompiler(
      Blueprint blueprint, TrainingPlan.State state, int batch, int workers, Arena arena) {
    this.blueprint = blueprint;
    this.kernels = blueprint.kernels();
    this.state = state;
    this.batch = batch;
    this.workers = workers;
    this.values = new Values(blueprint, arena, batch);
    this.costs = new Costs(blueprint, batch);
    this.targets = new GradientTargets(blueprint, values, costs);
    this.linears = new LinearStages(blueprint, state, batch, workers, values, costs, targets);
  }

  TrainingHead head() {
    return head;
  }

  List<Stage> compile(Optimizer optimizer) {
    List<Blueprint.Block> blocks = blueprint.blocks();
    for (Blueprint.Block block : blocks) {
      forward(block);
    }
    for (int i = blocks.size() - 1; i >= 0; i--) {
      backward(blocks.get(i));
      stages.addAll(targets.additions());
    }
    stages.add(
        new Update(
            costs.parameters(
                "update", optimizer.getClass().getSimpleName(), 12, 3 + 2 * state.slots().size()),
            kernels.loops(),
            optimizer,
            state.values(),
            state.gradients(),
            state.slots(),
            blueprint.trainableFloats()));
    Transposition transposition = linears.transposition();
    if (transposition.isNeeded()) {
      stages.add(0, transposition);
    }
    return stages;
  }

  private void forward(Blueprint.Block block) {
    Node node = block.node();
    LinearShape linear = blueprint.linear(node.id());
    if (block.chain() != null) {
      chain(block.chain());
    } else if (linear != null) {
      stages.addAll(linears.forward(node, linear));
    } else if (node.op() instanceof Op.Input input) {
      Layout layout = blueprint.value(0);
      stages.add(
          new Gather(input, layout, values.value(0))
              .stage(costs.pass("gather", List.of(node.name()), "copy", 1, layout)));
    } else if (node.op() instanceof Op.SoftmaxCrossEntropy loss) {
      head(node, loss);
    } else if (node.op() instanceof CustomOp) {
      CustomStages custom =
          new CustomStages(
              blueprint,
              node,
              inputs(node),
              rows(node.id()),
              state.values(),
              batch,
              true,
              values.arena());
      customs.put(node.id(), custom);
      stages.add(custom.forward(pass(node, " forward", "plug-in", blueprint.value(node.id()))));
    } else if (!blueprint.isView(node.id())) {
      PlainOp op = node.op().accept(new PlainOps(blueprint, node, values, batch));
      plain.put(node.id(), op);
      stages.add(
          new ImagesStage(
              pass(node, " forward", "plain", in(node), blueprint.value(node.id())),
              in(node).image(),
              (step, first, count, worker) -> {
                for (int i = first; i < first + count; i++) {
                  op.forward(i);
                }
              }));
    }
  }

  private void chain(Chain chain) {
    int input = chain.input();
    LinearProduct again = linears.passing(input);
    Images x =
        again != null ? again.to() : Images.resident(values.value(input), blueprint.value(input));
    BatchMoments of = moments.computeIfAbsent(input, linears::moments);
    if (of == null && chain.norm() != null) {
      of = statistics(chain, x);
    }
    ChainStages made =
        new ChainStages(blueprint, chain, x, again, values, state.values(), of, batch, workers);
    chains.put(chain.output(), made);
    Plan.Stage about =
        costs.pass(
            name(chain) + " forward",
            names(chain),
            "chain, " + kernels.description(),
            10,
            x.layout(),
            blueprint.value(chain.output()));
    stages.add(made.forward(again == null ? about : costs.reading(again, before(chain), about)));
  }

  /** The op whose output a chain reads. */
  private Node before(Chain chain) {
    return blueprint.graph().node(chain.input());
  }

  private BatchMoments statistics(Chain chain, Images x) {
    Moments of = new Moments(kernels, x, 1, batch, values.arena());
    moments.put(chain.input(), of);
    String norm = chain.norm().name();
    stages.add(
        new ImagesStage(
            costs.pass(norm + " statistics", List.of(norm), "moments", 5, x.layout()),
            x.layout().image(),
            (step, first, count, worker) -> {
              for (int i = first; i < first + count; i++) {
                of.group(i, 1, 0, x.layout().physical(), worker);
              }
            }));
    return of;
  }

  private void head(Node node, Op.SoftmaxCrossEntropy loss) {
    int logits = node.inputs().get(0);
    head =
        new TrainingHead(
            new Head(blueprint.value(logits), values.value(logits)),
            loss.labelSmoothing(),
            batch,
            values.arena());
    stages.add(
        head.stage(pass(node, "", "softmax cross-entropy", in(node)), targets.target(logits)));
  }

  private void backward(Blueprint.Block block) {
    Node node = block.node();
    int output = block.output();
    if (blueprint.gradient(output) == null || node.op() instanceof Op.SoftmaxCrossEntropy) {
      return;
    }
    LinearShape linear = blueprint.linear(node.id());
    if (block.chain() != null) {
      chainBackward(block.chain());
    } else if (linear != null) {
      stages.addAll(linears.backward(node, linear));
    } else if (customs.containsKey(node.id())) {
      stages.add(
          customs
              .get(node.id())
              .backward(
                  pass(node, " backward", "plug-in", in(node)),
                  gradient(node.id()),
                  targets.targets(node),
                  state.gradients()));
    } else if (!blueprint.gradientAliased(node.id())) {
      plainBackward(node);
    }
  }

  private void plainBackward(Node node) {
    PlainOp op = plain.get(node.id());
    // A flattened value that is its input's memory has no forward stage, but its gradient may lie
    // elsewhere.
    PlainOp running =
        op != null ? op : node.op().accept(new PlainOps(blueprint, node, values, batch));
    Rows dy = gradient(node.id());
    Rows[] dx = targets.targets(node);
    stages.add(
        new ImagesStage(
            pass(node, " backward", "plain", in(node), blueprint.value(node.id())),
            in(node).image(),
            (step, first, count, worker) -> {
              for (int i = first; i < first + count; i++) {
                running.backward(i, dy, dx);
              }
            }));
  }

  private void chainBackward(Chain chain) {
    ChainStages made = chains.get(chain.output());
    Layout in = blueprint.value(chain.input());
    Layout out = blueprint.value(chain.output());
    Stage sums =
        made.sums(
            costs.pass(name(chain) + " backward sums", names(chain), "chain", 5, out, out),
            values.gradient(chain.output()),
            batch,
            values.arena());
    if (sums != null) {
      stages.add(sums);
    }
    if (made.again() != null) {
      Plan.Stage about = costs.pass(name(chain) + " backward", names(chain), "chain", 5, out, out);
      stages.add(linears.passingBackward(before(chain), made, about));
      return;
    }
    Rows target = targets.target(chain.input());
    Images dx = target == null ? null : Images.resident(target.values(), target.layout());
    stages.add(
        new ImagesStage(
            costs.pass(name(chain) + " backward", names(chain), "chain", 5, in, in, out),
            in.image(),
            step -> made.finish(step, state.gradients()),
            (step, first, count, worker) -> {
              if (dx != null) {
                made.spread(dx, first, count, worker);
              }
            }));
  }

  private Rows gradient(int id) {
    return new Rows(values.gradient(id), blueprint.gradient(id));
  }

  private Rows rows(int id) {
    return new Rows(values.value(id), blueprint.value(id));
  }

  private List<Rows> inputs(Node node) {
    return node.inputs().stream().map(this::rows).toList();
  }

  private Layout in(Node node) {
    return blueprint.value(node.inputs().get(0));
  }

  private Plan.Stage pass(Node node, String what, String kernel, Layout... layouts) {
    return costs.pass(node.name() + what, List.of(node.name()), kernel, 1, layouts);
  }

  private static List<String> names(Chain chain) {
    return chain.nodes().stream().map(Node::name).toList();
  }

  private static String name(Chain chain) {
    return chain.nodes().get(0).name();
  }
}
