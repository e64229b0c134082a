package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Op;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.tensor.DType;

/** Products on graphics processors: groups that share tiles in local memory. */
final class TileProducts implements Products {
  private static final String FORWARD = "conv2d_forward";
  private static final String BACKWARD = "conv2d_backward";

  /** Rows of a part of the weights' gradient: longer sums lose digits. */
  private static final int MOST_ROWS = 512;

  /** Parts, at most: more of them take longer to add than they save. */
  private static final int MOST_PARTS = 256;

  /** How far loops are unrolled: a processor's compiler takes seconds for it, and gains little. */
  private static final int UNROLL = 4;

  private final Script script;
  private final State state;
  private final Tile tile;
  private final int batch;
  private final long indices;
  private final long zeros;

  /**
   * Products of a batch.
   *
   * @param indices in training, the sample numbers of all steps
   */
  TileProducts(Script script, Graph graph, State state, int batch, long indices) {
    int most = graph.nodes().stream().mapToInt(n -> n.shape().channels()).max().orElse(1);
    this.script = script;
    this.zeros = script.memory().zeros(script.queue(), most, "zeros");
    this.state = state;
    this.tile = Tile.of(script.context().limits());
    this.batch = batch;
    this.indices = indices;
  }

  @Override
  public boolean gathers(Linear linear) {
    return true;
  }

  private Defines shape(Linear l, Source x) {
    Op.Input input = x == null ? null : x.gathered();
    return tile.into(LinearDefines.of(l.in(), l.window(), l.filters(), batch))
        .tuned("UNROLL", script.context().limits().cpu() ? 1 : UNROLL)
        .with("GATHER", input != null)
        .text("STORED", input != null && input.stored() == DType.U8 ? "uchar" : "float")
        .with("SCALE", input == null ? 1 : input.scale())
        .with("OFFSET", input == null ? 0 : input.offset());
  }

  private static Launch input(Launch launch, Source x) {
    return x.gathered() == null ? launch.buffer(x.buffer()) : launch.samples();
  }

  @Override
  public Partials forward(Linear l, Source x, Weights weights, long y, boolean moments) {
    long rows = (long) batch * l.pixels();
    long tiles = (rows + tile.m() - 1) / tile.m();
    long partials =
        moments
            ? script.memory().buffer(8 * tiles * l.filters(), "moments of " + l.node().name())
            : script.any();
    Defines defines = shape(l, x).with("STATISTICS", moments);
    String name = l.node().name() + " forward";
    input(script.launch(name, l.node(), FORWARD, FORWARD, defines), x)
        .buffer(indices)
        .buffer(script.steps())
        .step()
        .buffer(weights.kernel())
        .buffer(weights.bias() == 0 ? zeros : weights.bias())
        .buffer(y)
        .buffer(partials)
        .over(tile.over(rows, l.filters(), 1))
        .costs(l.flops(batch), l.traffic(batch));
    return moments ? new Partials(partials, tile.m()) : null;
  }

  @Override
  public int parts(Linear l) {
    long rows = (long) batch * l.pixels();
    return (int) Math.min((rows + MOST_ROWS - 1) / MOST_ROWS, MOST_PARTS);
  }

  @Override
  public Partials backward(Linear l, Source x, long dy, Wanted wanted, long parts) {
    boolean sums = wanted != null && wanted.before() != null;
    int channels = l.in().channels();
    long rows = (long) batch * l.in().dim(0) * l.in().dim(1);
    long tiles = (rows + tile.m() - 1) / tile.m();
    Defines defines =
        shape(l, x)
            .with("DATA", wanted != null)
            .with("FILTER", x != null)
            .with("PARTS", parts(l))
            .with("ACCUMULATE", wanted != null && wanted.accumulate())
            .with("SUMS", sums);
    if (sums) {
      ChainDefines.factors(defines, wanted.before().chain());
    }
    long partials =
        sums ? script.memory().buffer(8 * tiles * channels, "sums of gradients") : script.any();
    String name =
        l.node().name() + (wanted == null ? " filter" : x == null ? " data" : " backward");
    Launch launch = script.stepped(name, l.node(), BACKWARD, BACKWARD, defines);
    (x == null ? launch.buffer(script.any()) : input(launch, x)).buffer(indices).buffer(dy);
    ChainKept kept = sums ? wanted.before().kept() : new ChainKept(0, 0, 0);
    long groups =
        (wanted == null ? 0 : tile.groups(rows, channels))
            + (x == null ? 0 : parts(l) * tile.groups(l.taps(), l.filters()));
    int products = (wanted == null ? 0 : 1) + (x == null ? 0 : 1);
    launch
        .buffer(state.part(l.node(), "kernel"))
        .buffer(wanted == null ? script.any() : wanted.buffer())
        .buffer(script.or(kept.codes()))
        .buffer(script.or(kept.picked()))
        .buffer(script.or(kept.statistics()))
        .buffer(partials)
        .buffer(x == null ? script.any() : parts)
        .over(new WorkSize(groups, 1, tile.itemsX(), tile.itemsY()))
        .costs(products * l.flops(batch), products * l.traffic(batch));
    return sums ? new Partials(partials, tile.m()) : null;
  }
}
