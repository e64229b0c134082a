package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.GemmKernel;
import dev.jacquard.cpu.kernel.Kernels;
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
  private final Transposition transposition;
  private final GradientTargets targets;
  private final Map<Integer, Moments> moments = new HashMap<>();
  private final Map<Integer, ChainStages> chains = new HashMap<>();
  private final Map<Integer, PlainOp> plain = new HashMap<>();
  private final Map<Integer, CustomStages> customs = new HashMap<>();
  private TrainingHead head;
  private boolean transposes;

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
    this.transposition =
        new Transposition(
            costs.parameters("transpose weights", "copy", 0, 2), kernels.loops(), state.values());
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
    if (transposes) {
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
      linear(node, linear);
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
    } else if (!(node.op() instanceof Op.Flatten) || !blueprint.viewed(node)) {
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

  private void linear(Node node, LinearShape shape) {
    Layout to = shape.out();
    GemmKernel kernel = kernels.gemm(shape.forward(to));
    Tiles tiles = shape.tiles(kernel.tileRows(), to);
    int parts = LinearForward.parts(shape, tiles, batch);
    boolean normalised = blueprint.normalised(node.id());
    LinearForward.Epilogue epilogue = null;
    if (normalised) {
      Moments of =
          new Moments(
              kernels.loops(), to, values.value(node.id()), tiles.images(), batch, values.arena());
      moments.put(node.id(), of);
      epilogue =
          (group, first, images, channel, channels, worker) ->
              of.group(group, first, images, channel, channels);
    }
    boolean bias = node.parameters().size() > 1;
    LinearForward.Arrays arrays =
        new LinearForward.Arrays(
            values.value(node.inputs().get(0)),
            state.values(),
            blueprint.place(node.name() + "/kernel").at(),
            bias ? state.values() : values.arena().floats(to.physical(), "zeros"),
            bias ? blueprint.place(node.name() + "/bias").at() : 0,
            values.value(node.id()));
    List<String> ops = normalised ? List.of(node.name(), "statistics") : List.of(node.name());
    stages.add(
        new LinearForward(
            costs.linear(node.name() + " forward", ops, shape, tiles, kernel.tileRows(), parts),
            shape,
            kernel,
            to,
            arrays,
            parts,
            epilogue));
  }

  private void chain(Chain chain) {
    int input = chain.input();
    if (chain.norm() != null && !moments.containsKey(input)) {
      Layout layout = blueprint.value(input);
      Moments of =
          new Moments(kernels.loops(), layout, values.value(input), 1, batch, values.arena());
      moments.put(input, of);
      stages.add(
          new ImagesStage(
              costs.pass(
                  chain.norm().name() + " statistics",
                  List.of(chain.norm().name()),
                  "moments",
                  5,
                  layout),
              layout.image(),
              (step, first, count, worker) -> {
                for (int i = first; i < first + count; i++) {
                  of.group(i, i, 1, 0, layout.physical());
                }
              }));
    }
    ChainStages made =
        new ChainStages(
            blueprint, chain, values, state.values(), moments.get(input), batch, workers);
    chains.put(chain.output(), made);
    stages.add(
        made.forward(
            costs.pass(
                name(chain) + " forward",
                names(chain),
                "chain, " + kernels.description(),
                10,
                blueprint.value(input),
                blueprint.value(chain.output()))));
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
      linearBackward(node, linear);
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
    Rows dx = targets.target(chain.input());
    Layout in = blueprint.value(chain.input());
    Layout out = blueprint.value(chain.output());
    List<Plan.Stage> about =
        List.of(
            costs.pass(name(chain) + " backward sums", names(chain), "chain", 5, out, out),
            costs.pass(name(chain) + " backward", names(chain), "chain", 5, in, in, out));
    stages.addAll(
        chains
            .get(chain.output())
            .backward(
                about,
                values.gradient(chain.output()),
                dx == null ? null : dx.values(),
                state.gradients(),
                batch,
                values.arena()));
  }

  private void linearBackward(Node node, LinearShape shape) {
    int input = node.inputs().get(0);
    int at = blueprint.place(node.name() + "/kernel").at();
    float[] dy = values.gradient(node.id());
    FilterGradient filter =
        new FilterGradient(
            shape,
            kernels.filterGrad(shape.filterGradient()),
            values.value(input),
            dy,
            state.gradients(),
            at,
            batch,
            values.arena());
    Rows dx = targets.target(input);
    DataGradient data = null;
    if (dx != null) {
      data = new DataGradient(shape, dx.layout(), kernels, dy, dx.values(), batch, values.arena());
      transposition.add(data, at);
      transposes = true;
    }
    int units = filter.units(batch) + (data == null ? 0 : data.units(0, batch));
    stages.add(
        new LinearBackward(
            costs.linearBackward(node.name() + " backward", shape, filter, data != null, units),
            filter,
            data));
    if (node.parameters().size() > 1 && !blueprint.biasIsIdle(node.id())) {
      stages.add(
          new BiasGradient(
              costs.pass(node.name() + " bias", List.of(node.name()), "sums", 1, shape.gradient()),
              kernels.loops(),
              gradient(node.id()),
              state.gradients(),
              blueprint.place(node.name() + "/bias").at(),
              batch,
              values.arena()));
    }
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
