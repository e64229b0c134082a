package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Chain;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.plan.Products.Source;
import dev.jacquard.opencl.plan.Products.Sums;
import dev.jacquard.opencl.plan.Products.Weights;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Convolutions whose output passes: of so few taps that the chain behind it computes it rather than
 * read it, and does without it backward. Neither it nor its gradient is in memory.
 */
final class Passing {
  private static final String FORWARD = "conv2d_few_chain";
  private static final String BACKWARD = "conv2d_few_chain_backward";
  private static final int GROUP = 256;

  /** How often an item keeps its taps: forward; backward with what it loads for them. */
  private static final int FORWARD_TAPS = 1;

  private static final int BACKWARD_TAPS = 2;

  /** Groups a unit: each begins with the channels' moments. */
  private static final int SPREAD = 2;

  /** Samples from which on their arithmetic outweighs that the update adds more parts. */
  private static final int MANY_SAMPLES = 256;

  /** Bytes of local memory that a driver may take for itself. */
  private static final int SLACK = 1024;

  private static final int BLOCK_BYTES = 16;

  private final Job job;
  private final Script script;
  private final Limits limits;
  private final Map<Integer, PatchMoments> moments = new HashMap<>();

  /**
   * How a launch is cut.
   *
   * @param rows of the chain's output in a strip
   * @param group items of a group
   * @param lanes items that have the same channels
   * @param vector channels of an item
   * @param groups of the launch, at most; or parts of the weights' gradient
   */
  private record Cut(int rows, int group, int lanes, int vector, int groups) {}

  Passing(Job job) {
    this.job = job;
    this.script = job.script();
    this.limits = script.context().limits();
  }

  /** Whether a value passes: nothing but a chain reads it, which has all that it needs. */
  boolean has(int value) {
    Node node = job.graph().node(value);
    Chain chain = job.fusion().reading(value);
    if (!Linear.is(node) || chain == null || !job.fusion().alone(value)) {
      return false;
    }
    Linear linear = Linear.of(job.graph(), node);
    // What it sees has to be known before a training step. Without pooling, the sums of the
    // chain's gradient would need what it makes.
    boolean known = chain.norm() != null && chain.pools() && node.inputs().get(0) == 0;
    boolean suits = job.training() ? known : !chain.vanishes();
    return suits
        && job.fusion().chain(chain.nodes().get(0)) != null
        && job.products().passes(linear)
        && rows(linear, chain, 1) > 0;
  }

  /**
   * In how many parts the weights' gradient of a layer is made, whether its output passes or not.
   */
  int parts(Linear linear) {
    int id = linear.node().id();
    return has(id) ? backward(job.fusion().reading(id)).groups() : job.products().parts(linear);
  }

  private Linear linear(Chain chain) {
    return Linear.of(job.graph(), job.graph().node(chain.input()));
  }

  private Shape out(Chain chain) {
    return job.graph().node(chain.output()).shape();
  }

  /** Local memory of a group. */
  private long bytes(Linear l, Chain chain, int rows, int numbers) {
    int pixels = rows * (chain.pools() ? 2 : 1);
    boolean drops = job.training() && chain.dropout() != null;
    long elements = (long) pixels * l.window().outW() * l.filters();
    long draws = drops ? elements * chain.dropping().bits() / 8 + 2 * BLOCK_BYTES : 0;
    long added = FewChannels.lanesBytes(l, numbers);
    return FewChannels.patchBytes(l, pixels) + added + draws + SLACK;
  }

  private int group() {
    return Math.min(GROUP, Integer.highestOneBit(limits.group()));
  }

  private boolean fits(Linear l, Chain chain, int rows, int group, int vector) {
    return out(chain).dim(0) % rows == 0
        && group <= Math.min(limits.group(), GROUP)
        && l.filters() % vector == 0
        && l.filters() / vector <= group
        && bytes(l, chain, rows, group * vector) <= limits.local();
  }

  /** Rows of a strip: the most of which there are still so many; 0 if not even one fits. */
  private int rows(Linear l, Chain chain, long strips) {
    int height = out(chain).dim(0);
    for (int rows = height; rows > 0; rows--) {
      boolean enough = (long) job.batch() * (height / rows) >= strips || rows == 1;
      if (enough
          && fits(l, chain, rows, group(), FewChannels.vector(l, FORWARD_TAPS))
          && fits(l, chain, rows, group(), FewChannels.vector(l, BACKWARD_TAPS))) {
        return rows;
      }
    }
    return 0;
  }

  private Space space(Linear l, Chain chain, long strips, int vector) {
    int height = out(chain).dim(0);
    return Space.of(choice -> legal(l, chain, choice))
        .with("rows", rows(l, chain, strips), IntStream.rangeClosed(1, height).boxed().toList())
        .with("group", group(), List.of(32, 64, 128, 256))
        .with("vector", vector, List.of(1, 2, 4));
  }

  private boolean legal(Linear l, Chain chain, Choice choice) {
    return fits(l, chain, choice.of("rows"), choice.of("group"), choice.of("vector"));
  }

  private Cut cut(String stage, String family, Chain chain, Space space, String groups) {
    Linear l = linear(chain);
    String shape = l.shape(job.batch()) + (chain.pools() ? " pooled" : "");
    Choice choice = script.context().choose(stage, family + " " + shape, space);
    int group = choice.of("group");
    int vector = choice.of("vector");
    int lanes = Integer.highestOneBit(group / (l.filters() / vector));
    return new Cut(choice.of("rows"), group, lanes, vector, choice.of(groups));
  }

  private Cut forward(Chain chain) {
    Linear l = linear(chain);
    Space space =
        space(l, chain, (long) SPREAD * limits.units(), FewChannels.vector(l, FORWARD_TAPS))
            .with("spread", SPREAD, List.of(1, 2, 3, 4, 6, 8));
    return cut(l.node().name() + " forward", FORWARD, chain, space, "spread");
  }

  private Cut backward(Chain chain) {
    Linear l = linear(chain);
    int most = FewChannels.MOST_PARTS * (job.batch() < MANY_SAMPLES ? 1 : 2);
    int rows = rows(l, chain, most);
    int parts = (int) Math.min((long) job.batch() * (out(chain).dim(0) / rows), most);
    Space space =
        space(l, chain, most, FewChannels.vector(l, BACKWARD_TAPS))
            .with("parts", parts, List.of(64, 128, 256, 384, 512));
    return cut(l.node().name() + " backward", BACKWARD, chain, space, "parts");
  }

  private Defines defines(Chain chain, Node norm, Cut cut, Source x) {
    Linear l = linear(chain);
    Op.Input input = x.gathered();
    Shape in = job.graph().node(chain.input()).shape();
    Defines defines = ChainDefines.of(chain, job.training(), norm);
    LinearDefines.seen(ChainDefines.shapes(defines, in, out(chain), job.batch()), l)
        .with("CODES", job.training())
        .with("ROWS", cut.rows())
        .with("GROUP", cut.group())
        .with("LANES", cut.lanes())
        .tuned("UNROLL", limits.cpu() ? 0 : 1)
        .tuned("WIDTH", cut.vector())
        .tuned("ALIGNED", cut.vector() > 1 ? 1 : 0)
        .with("GATHER", input != null);
    return input == null ? defines : defines.stored(input, "X_");
  }

  private List<Node> nodes(Chain chain) {
    List<Node> nodes = new ArrayList<>(List.of(linear(chain).node()));
    nodes.addAll(chain.nodes());
    return nodes;
  }

  /** Bytes of a batch of the input, and of so many a number of the chain's output. */
  private long traffic(Chain chain, Source x, int each) {
    Linear l = linear(chain);
    long out = out(chain).elements();
    return job.batch() * ((long) l.in().elements() * x.bytes() + out * each) + 4L * l.weights();
  }

  /** The arithmetic of the convolution and of the chain. */
  private long flops(Chain chain) {
    return linear(chain).flops(job.batch()) + 4 * job.values().floats(chain.input());
  }

  /** What is known of the input of a chain's convolution. */
  private PatchMoments moments(Chain chain) {
    return moments.computeIfAbsent(
        chain.input(),
        input -> {
          Linear l = linear(chain);
          int rows = Math.min(l.window().outH(), 2 * rows(l, chain, 1));
          while (l.window().outH() % rows != 0) {
            rows--;
          }
          PatchMoments made = new PatchMoments(job, l, rows);
          script.before(made);
          return made;
        });
  }

  /**
   * Adds the forward pass of a convolution and its chain.
   *
   * @param norm that is not folded into the weights, or null
   */
  void forward(ForwardPass forward, Chain chain, Node norm, Weights weights, ChainKept keeps) {
    Linear l = linear(chain);
    Source x = forward.source(l);
    Cut cut = forward(chain);
    long strips = (long) job.batch() * (out(chain).dim(0) / cut.rows());
    Defines defines =
        defines(chain, norm, cut, x)
            .with("BIAS", weights.bias() != 0)
            .with("PICKS", job.training());
    Launch launch = script.stepped(l.node().name() + " forward", null, FORWARD, FORWARD, defines);
    x.give(launch.merging(nodes(chain)))
        .buffer(job.indices())
        .buffer(weights.kernel())
        .buffer(script.or(weights.bias()))
        .buffer(norm == null ? script.any() : moments(chain).merged());
    forward
        .norm(launch, norm)
        .buffer(script.or(keeps.statistics()))
        .seed(job.seed())
        .buffer(job.values().value(chain.output()))
        .buffer(script.or(keeps.codes()))
        .buffer(script.or(keeps.picked()))
        .over(WorkSize.of(Math.min(strips, (long) cut.groups() * limits.units()), cut.group()))
        .costs(flops(chain), traffic(chain, x, Float.BYTES + keeps.bytes()));
  }

  /**
   * Adds the backward pass of a chain and the convolution before it.
   *
   * @param made sums of the chain's gradient
   */
  void backward(ForwardPass forward, Chain chain, ChainKept kept, Sums made, Gradients gradients) {
    Linear l = linear(chain);
    Source x = forward.source(l);
    Cut cut = backward(chain);
    Node norm = chain.norm();
    long any = script.any();
    Defines defines =
        defines(chain, norm, cut, x).with("SUM_TILES", made.tiles()).with("PARTS", cut.groups());
    Launch launch =
        script.stepped(l.node().name() + " backward", null, BACKWARD, BACKWARD, defines);
    x.give(launch.merging(nodes(chain)))
        .buffer(job.indices())
        .buffer(Weights.of(job.state(), l).kernel())
        .buffer(moments(chain).merged())
        .buffer(kept.statistics())
        .buffer(made.buffer())
        .buffer(job.state().partOr(norm, "gamma", any))
        .buffer(gradients.ofOr(norm, "gamma", any))
        .buffer(gradients.ofOr(norm, "beta", any))
        .buffer(kept.codes())
        .buffer(job.values().gradient(chain.output()))
        .buffer(gradients.of(l.node(), "kernel"))
        .over(WorkSize.of(cut.groups(), cut.group()))
        .costs(2L * l.taps() * job.batch() * out(chain).elements(), traffic(chain, x, 5));
  }
}
