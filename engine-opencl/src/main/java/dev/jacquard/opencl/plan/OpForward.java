package dev.jacquard.opencl.plan;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Parameter;
import dev.jacquard.graph.Window;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.random.Dropping;
import dev.jacquard.random.Philox;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Adds the forward passes of ops, each by itself, to a script. */
final class OpForward extends OpLaunches {
  private static final int MOMENTS_TILE = 64;

  private final Kept kept = new Kept();

  OpForward(Job job) {
    super(job);
  }

  /** What is kept for the backward passes of the ops that were added. */
  Kept kept() {
    return kept;
  }

  private long x() {
    return values.value(node.inputs().get(0));
  }

  private long y() {
    return values.value(node.id());
  }

  private long elements() {
    return values.floats(node.id());
  }

  /** A launch of an element-wise kernel. */
  private Launch striding(String family, String kernel, Defines defines) {
    return stepped(family, kernel, defines)
        .number(node.shape().elements())
        .over(Script.striding(elements()))
        .costs(0, 8 * elements());
  }

  @Override
  public Void input(Op.Input op) {
    stepped("gather", "gather", new Defines().stored(op, ""))
        .samples()
        .buffer(job.indices())
        .number(job.batch())
        .number(node.shape().elements())
        .buffer(y())
        .over(Script.striding(elements()))
        .costs(0, elements() * (op.stored().bytes() + 4));
    return null;
  }

  @Override
  public Void batchNorm(Op.BatchNorm op) {
    Defines defines = norm(op);
    long gamma = state.partOr(node, "gamma", script.any());
    long beta = state.partOr(node, "beta", script.any());
    long mean = state.part(node, "moving_mean");
    long variance = state.part(node, "moving_variance");
    WorkSize size = Script.striding(elements());
    if (!job.training()) {
      stepped("batch_norm", "batch_norm_inference", defines)
          .buffer(x())
          .buffer(mean)
          .buffer(variance)
          .buffer(gamma)
          .buffer(beta)
          .buffer(y())
          .over(size)
          .costs(3 * elements(), 8 * elements());
      return null;
    }
    int channels = node.shape().channels();
    long statistics = script.memory().buffer(8L * channels, "the moments of " + node.name());
    kept.statistics.put(node.id(), statistics);
    long partials = moments(node).buffer();
    stepped("batch_norm", "batch_norm_statistics", defines)
        .buffer(partials)
        .buffer(mean)
        .buffer(variance)
        .buffer(statistics)
        .over(NormDefines.merging(channels));
    stepped("batch_norm", "batch_norm", defines)
        .buffer(x())
        .buffer(statistics)
        .buffer(gamma)
        .buffer(beta)
        .buffer(y())
        .over(size)
        .costs(3 * elements(), 8 * elements());
    return null;
  }

  /** Adds a pass over what a normalisation reads. */
  Products.Partials moments(Node norm) {
    node = norm;
    int channels = node.shape().channels();
    long partials = partials(channels);
    stepped("batch_norm", "batch_norm_moments", norm((Op.BatchNorm) node.op()))
        .buffer(x())
        .buffer(partials)
        .over(Script.striding(tiles(channels) * channels))
        .costs(5 * elements(), 4 * elements());
    return new Products.Partials(partials, MOMENTS_TILE);
  }

  /** What specialises the kernels of a normalisation. */
  private Defines norm(Op.BatchNorm op) {
    return NormDefines.of(op, node.shape(), job.batch(), MOMENTS_TILE);
  }

  private long partials(int channels) {
    return script
        .memory()
        .buffer(8 * tiles(channels) * channels, "partial moments of " + node.name());
  }

  private long tiles(int channels) {
    return (values.floats(node.id()) / channels + MOMENTS_TILE - 1) / MOMENTS_TILE;
  }

  @Override
  public Void activation(Op.Activation op) {
    striding("activation", "activation", function(op))
        .number(node.shape().channels())
        .buffer(x())
        .buffer(y());
    return null;
  }

  /** What specialises the kernels of an activation. */
  static Defines function(Op.Activation op) {
    return new Defines().text("FUNCTION", op.function().name()).with("SLOPE", op.slope());
  }

  @Override
  public Void dropout(Op.Dropout op) {
    if (job.training()) {
      draws(striding("dropout", "dropout", drop(op)), node, job.seed()).buffer(x()).buffer(y());
    }
    return null;
  }

  /** What specialises the kernels of a dropout. */
  static Defines drop(Op.Dropout op) {
    Dropping dropping = Dropping.of(op.rate());
    return new Defines()
        .with("DROP_SCALE", dropping.scale())
        .with("DROP_BITS", dropping.bits())
        .with("DROP_THRESHOLD", dropping.threshold());
  }

  /** The arguments that say what a dropout draws. */
  static Launch draws(Launch launch, Node node, long seed) {
    return launch.number(Philox.stream(Philox.Purpose.DROPOUT, node.id())).seed(seed);
  }

  @Override
  public Void maxPool(Op.MaxPool op) {
    long winners = script.memory().buffer(4 * elements(), "the winners of " + node.name());
    kept.winners.put(node.id(), winners);
    pool("max_pool", op.window()).buffer(x()).buffer(y()).buffer(winners);
    return null;
  }

  @Override
  public Void avgPool(Op.AvgPool op) {
    pool("avg_pool", op.window()).buffer(x()).buffer(y());
    return null;
  }

  @Override
  public Void globalAvgPool(Op.GlobalAvgPool op) {
    pool("avg_pool", LinearDefines.whole(graph.inputShape(node, 0))).buffer(x()).buffer(y());
    return null;
  }

  private Launch pool(String kernel, Window window) {
    Shape in = graph.inputShape(node, 0);
    Defines defines = new Defines().window(in, window).with("CHANNELS", in.channels());
    return stepped(kernel, kernel, defines)
        .over(Script.striding(elements()))
        .costs(0, 4 * (elements() + (long) job.batch() * in.elements()));
  }

  @Override
  public Void add(Op.Add op) {
    for (int k = 0; k < node.inputs().size(); k++) {
      String kernel = k == 0 ? "copy" : "add";
      String name = node.name() + " " + kernel + " " + k;
      script
          .stepped(name, node, "elementwise", kernel, new Defines())
          .number(node.shape().elements())
          .buffer(values.value(node.inputs().get(k)))
          .buffer(y())
          .over(Script.striding(elements()))
          .costs(k == 0 ? 0 : elements(), 8 * elements());
    }
    return null;
  }

  @Override
  public Void custom(CustomOp op) {
    List<Long> x = node.inputs().stream().map(values::value).toList();
    long y = y();
    List<Long> w = new ArrayList<>();
    for (Parameter parameter : node.parameters()) {
      w.add(state.part(node, parameter.role()));
    }
    // The buffers come first: they refuse batches that are too large.
    CustomCall call = new CustomCall(script, graph, node, job.batch(), job.training());
    kept.calls.put(node.id(), call);
    script.host(node.name() + " forward", node, call.forward(x, w, y));
    return null;
  }
}
