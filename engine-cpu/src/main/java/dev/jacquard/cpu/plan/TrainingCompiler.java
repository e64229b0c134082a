package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.GemmKernel;
import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.thread.Workers;
import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private final List<Transposition> transpositions = new ArrayList<>();
  private final Map<Integer, Moments> moments = new HashMap<>();
  private final Map<Integer, ChainStages> chains = new HashMap<>();
  private final Map<Integer, PlainOp> plain = new HashMap<>();
  private final Map<Integer, CustomStages> customs = new HashMap<>();
  private final Set<Integer> written = new HashSet<>();
  private final List<Stage> additions = new ArrayList<>();
  private TrainingHead head;

  /** Weights of a linear op that the backward pass wants transposed. */
  private record Transposition(DataGradient to, int at) {}

  TrainingCompiler(
      Blueprint blueprint, TrainingPlan.State state, int batch, int workers, Arena arena) {
    this.blueprint = blueprint;
    this.kernels = blueprint.kernels();
    this.state = state;
    this.batch = batch;
    this.workers = workers;
    this.values = new Values(blueprint, arena, batch);
    this.costs = new Costs(blueprint, batch);
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
      stages.addAll(additions);
      additions.clear();
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
    if (!transpositions.isEmpty()) {
      stages.add(0, transpose());
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
    stages.add(head.stage(pass(node, "", "softmax cross-entropy", in(node)), target(logits)));
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
                  targets(node),
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
    Rows[] dx = targets(node);
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
    Rows dx = target(chain.input());
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
    Rows dx = target(input);
    DataGradient data = null;
    if (dx != null) {
      data = new DataGradient(shape, dx.layout(), kernels, dy, dx.values(), batch, values.arena());
      transpositions.add(new Transposition(data, at));
    }
    int units = filter.units(batch) + (data == null ? 0 : data.units(batch));
    stages.add(
        new LinearBackward(
            costs.linearBackward(node.name() + " backward", shape, filter, data != null, units),
            filter,
            data));
    if (node.parameters().size() > 1 && !blueprint.biasIsIdle(node.id())) {
      stages.add(biasGradient(node, shape.gradient(), dy));
    }
  }

  private Stage biasGradient(Node node, Layout layout, float[] dy) {
    Totals totals = new Totals(layout.physical(), batch, values.arena());
    int at = blueprint.place(node.name() + "/bias").at();
    Stage sums =
        new ImagesStage(
            costs.pass(node.name() + " bias", List.of(node.name()), "sums", 1, layout),
            layout.image(),
            (step, first, count, worker) -> {
              for (int i = first; i < first + count; i++) {
                kernels
                    .loops()
                    .sums(
                        dy,
                        layout.origin() + i * layout.image(),
                        1,
                        layout.image(),
                        layout.height(),
                        layout.row(),
                        layout.width(),
                        layout.physical(),
                        layout.physical(),
                        totals.partial(),
                        i * layout.physical());
              }
            });
    return new After(
        sums,
        step -> {
          double[] total = totals.merge(step.n);
          for (int c = 0; c < total.length; c++) {
            state.gradients()[at + c] = (float) total[c];
          }
        });
  }

  /** A stage with something to do on the calling thread behind it. */
  private record After(Stage stage, ImagesStage.Before then) implements Stage {
    @Override
    public Plan.Stage describe() {
      return stage.describe();
    }

    @Override
    public void run(Step step) {
      stage.run(step);
      then.run(step);
    }
  }

  private Stage transpose() {
    List<Workers.Task> tasks = new ArrayList<>();
    for (Transposition transposition : transpositions) {
      for (int unit = 0; unit < transposition.to().transposeUnits(); unit++) {
        int number = unit;
        tasks.add(
            (ignored, worker) ->
                transposition
                    .to()
                    .transpose(number, state.values(), transposition.at(), kernels.loops()));
      }
    }
    Workers.Task[] all = tasks.toArray(Workers.Task[]::new);
    Workers.Task each = (unit, worker) -> all[unit].run(unit, worker);
    Plan.Stage about = costs.parameters("transpose weights", "copy", 0, 2);
    return new Stage() {
      @Override
      public Plan.Stage describe() {
        return about;
      }

      @Override
      public void run(Step step) {
        step.workers.run(all.length, each);
      }
    };
  }

  /**
   * Where to write a contribution to a value's gradient; the second and later ones are added to the
   * first.
   */
  private Rows target(int id) {
    Layout layout = blueprint.gradient(id);
    if (layout == null) {
      return null;
    }
    float[] total = values.gradient(id);
    if (written.add(id)) {
      return new Rows(total, layout);
    }
    float[] more = values.another(id);
    String name = blueprint.graph().node(id).name();
    additions.add(
        new ImagesStage(
            costs.pass(name + " add gradient", List.of(name), "add", 1, layout, layout, layout),
            layout.image(),
            (step, first, count, worker) ->
                kernels
                    .loops()
                    .add(
                        more,
                        first * layout.image(),
                        total,
                        first * layout.image(),
                        count * layout.image())));
    return new Rows(more, layout);
  }

  private Rows[] targets(Node node) {
    return node.inputs().stream().map(this::target).toArray(Rows[]::new);
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
