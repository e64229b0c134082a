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
  /** Parts of a batch that keep threads busy where a part's sums are few. */
  private static final int PARTS = 48;

  private final Blueprint blueprint;
  private final Kernels kernels;
  private final TrainingPlan.State state;
  private final int batch;
  private final int workers;
  private final Values values;
  private final Costs costs;
  private final List<Stage> stages = new ArrayList<>();
  private final WinogradStages winograd;
  private final Transposition transposition;
  private final GradientTargets targets;
  private final Map<Integer, LinearProduct> passing = new HashMap<>();
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
    this.winograd = new WinogradStages(blueprint, batch, workers, arena);
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
    if (blueprint.passing(node.id())) {
      passing(node, shape);
      return;
    }
    Product product = product(node, shape);
    int parts = LinearForward.parts(product, batch);
    LinearForward.Epilogue epilogue = null;
    List<String> ops = List.of(node.name());
    if (blueprint.normalised(node.id())) {
      Moments of = new Moments(kernels, product.to(), product.images(), batch, values.arena());
      moments.put(node.id(), of);
      epilogue =
          (step, first, images, channel, channels, worker) ->
              of.group(first, images, channel, channels, worker);
      ops = List.of(node.name(), "statistics");
    }
    stages.add(
        new LinearForward(
            costs.linear(node.name() + " forward", ops, product, parts, null),
            product,
            parts,
            epilogue));
  }

  private Product product(Node node, LinearShape shape) {
    LinearProduct.Arrays arrays = arrays(node, shape);
    WinogradWeights weights = WinogradStages.weights(blueprint, node, workers, values.arena());
    if (weights != null) {
      transposition.add(weights, shape, arrays.wAt());
      return winograd.kept(node, weights, arrays, values.value(node.id()), shape.out());
    }
    return LinearProduct.kept(shape, kernels, arrays, values.value(node.id()), shape.out());
  }

  /** What the chain behind a linear op needs to compute it. */
  private void passing(Node node, LinearShape shape) {
    LinearProduct.Arrays arrays = arrays(node, shape);
    passing.put(
        node.id(),
        LinearProduct.passing(shape, kernels, arrays, batch, workers, node.name(), values.arena()));
    moments.put(
        node.id(),
        new PatchMoments(kernels, blueprint.graph().input(), shape, arrays, values.arena()));
  }

  private LinearProduct.Arrays arrays(Node node, LinearShape shape) {
    boolean bias = node.parameters().size() > 1;
    return new LinearProduct.Arrays(
        values.value(node.inputs().get(0)),
        state.values(),
        blueprint.place(node.name() + "/kernel").at(),
        bias ? state.values() : values.arena().floats(shape.out().physical(), "zeros"),
        bias ? blueprint.place(node.name() + "/bias").at() : 0);
  }

  private void chain(Chain chain) {
    int input = chain.input();
    LinearProduct again = passing.get(input);
    Images x =
        again != null ? again.to() : Images.resident(values.value(input), blueprint.value(input));
    if (chain.norm() != null && !moments.containsKey(input)) {
      statistics(chain, x);
    }
    ChainStages made =
        new ChainStages(
            blueprint, chain, x, again, values, state.values(), moments.get(input), batch, workers);
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

  private void statistics(Chain chain, Images x) {
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
      stages.add(passingBackward(chain, made));
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

  /** Backward through a chain and the first layer before it, whose output is passing. */
  private Stage passingBackward(Chain chain, ChainStages made) {
    Node node = before(chain);
    int part = (batch + PARTS - 1) / PARTS;
    FilterGradient filter = filter(node, made.again().shape(), null, part);
    Images dx = made.again().to();
    Layout out = blueprint.value(chain.output());
    Plan.Stage about = costs.pass(name(chain) + " backward", names(chain), "chain", 5, out, out);
    ImagesStage.Body body =
        (step, first, count, worker) -> {
          for (int i = first; i < first + count; i++) {
            made.spread(dx, i, 1, worker);
            made.reduce(step, i, 1, worker);
            filter.images(i, 1, dx.array(worker), dx.at(i, i));
          }
        };
    return new Sequel(
        ImagesStage.inUnits(
            part, costs.filter(about, node.name(), made.again().shape(), filter), body),
        filter.sections() - 1,
        step -> {
          filter.merge(step);
          made.finish(step, state.gradients());
        });
  }

  private FilterGradient filter(Node node, LinearShape shape, float[] dy, int ofPart) {
    return new FilterGradient(
        shape,
        kernels,
        values.value(node.inputs().get(0)),
        dy,
        state.gradients(),
        blueprint.place(node.name() + "/kernel").at(),
        batch,
        ofPart,
        values.arena());
  }

  private void linearBackward(Node node, LinearShape shape) {
    if (blueprint.passing(node.id())) {
      return;
    }
    float[] dy = values.gradient(node.id());
    WeightGradient filter =
        winograd.filter(node, values.value(node.inputs().get(0)), dy, state.gradients());
    if (filter == null) {
      filter = filter(node, shape, dy, 0);
    }
    Rows dx = targets.target(node.inputs().get(0));
    InputGradient data = null;
    if (dx != null) {
      data = winograd.data(node, dy, dx);
      if (data == null) {
        data =
            new DataGradient(shape, dx.layout(), kernels, dy, dx.values(), batch, values.arena());
      }
      transposition.add(data, blueprint.place(node.name() + "/kernel").at());
    }
    int units = LinearBackward.units(filter, data, batch);
    stages.add(
        new LinearBackward(
            costs.linearBackward(node.name() + " backward", shape, filter, data, units),
            filter,
            data));
    if (node.parameters().size() > 1 && !blueprint.biasIsIdle(node.id())) {
      stages.add(
          new BiasGradient(
                  kernels.loops(),
                  gradient(node.id()),
                  state.gradients(),
                  blueprint.place(node.name() + "/bias").at(),
                  batch,
                  values.arena())
              .stage(
                  costs.pass(
                      node.name() + " bias", List.of(node.name()), "sums", 1, shape.gradient())));
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
