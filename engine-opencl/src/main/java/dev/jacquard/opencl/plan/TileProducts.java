package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Precision;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import java.util.List;
import java.util.stream.Stream;

/** Products on graphics processors: groups that share tiles in local memory. */
final class TileProducts implements Products {
  private static final String FORWARD = "conv2d_forward";
  private static final String BACKWARD = "conv2d_backward";

  /** Rows of a part of the weights' gradient: longer sums lose digits. */
  private static final int MOST_ROWS = 512;

  /** Parts, at most: more of them take longer to add than they save. */
  private static final int MOST_PARTS = 256;

  private final Script script;
  private final State state;
  private final int batch;
  private final long indices;

  /**
   * Products of a batch.
   *
   * @param indices the sample numbers of all steps
   */
  TileProducts(Script script, State state, int batch, long indices) {
    this.script = script;
    this.state = state;
    this.batch = batch;
    this.indices = indices;
  }

  State state() {
    return state;
  }

  @Override
  public boolean gathers(Linear linear) {
    return true;
  }

  private Defines shape(Linear l, Tile tile, Source x) {
    Defines defines = tile.into(LinearDefines.of(l.in(), l.window(), l.filters(), batch));
    if (tile.cores()) {
      TensorCores.into(defines, script.context());
    }
    return Source.into(defines, x);
  }

  private Choice forwardChoice(Linear l, String stage) {
    long rows = (long) batch * l.pixels();
    return choose(stage, FORWARD, l, Tile.space(script.context(), rows, l.filters(), 16, 4));
  }

  private Choice choose(String stage, String family, Linear l, Space space) {
    return script.context().chooseProduct(stage, family + " " + l.shape(batch), space);
  }

  private Tile tile(Choice choice) {
    return Tile.of(choice, script.context().precision() != Precision.FP32);
  }

  @Override
  public Partials forward(Linear l, Source x, Weights weights, long y, boolean moments) {
    String name = l.node().name() + " forward";
    Tile tile = tile(forwardChoice(l, name));
    long rows = (long) batch * l.pixels();
    long tiles = (rows + tile.m() - 1) / tile.m();
    long partials =
        moments
            ? script.memory().buffer(8 * tiles * l.filters(), "moments of " + l.node().name())
            : script.any();
    Defines defines =
        shape(l, tile, x).with("BIAS", weights.bias() != 0).with("STATISTICS", moments);
    x.give(script.launch(name, l.node(), FORWARD, FORWARD, defines))
        .buffer(indices)
        .buffer(script.steps())
        .step()
        .buffer(weights.kernel())
        .buffer(script.or(weights.bias()))
        .buffer(y)
        .buffer(partials)
        .over(tile.over(rows, l.filters()))
        .costs(l.flops(batch), l.traffic(batch, x.bytes(), 1));
    return moments ? new Partials(partials, tile.m()) : null;
  }

  /** The tile of both gradients, or of the weights' alone. */
  private Choice backwardChoice(Linear l, String stage, boolean alone) {
    long rows = alone ? l.taps() : (long) batch * l.in().dim(0) * l.in().dim(1);
    int columns = alone ? l.filters() : Math.min(l.in().channels(), l.filters());
    int parts = alone ? parts(l) : 1;
    Space space = Tile.space(script.context(), rows * parts, columns, 12, 8);
    return choose(stage, BACKWARD + (alone ? " filter" : ""), l, space);
  }

  @Override
  public int parts(Linear l) {
    long sums = (long) batch * l.pixels();
    int parts = (int) Math.min((sums + MOST_ROWS - 1) / MOST_ROWS, MOST_PARTS);
    List<Integer> others =
        Stream.of(2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
            .filter(other -> other * 4L * MOST_ROWS >= sums)
            .toList();
    Space space = Space.of(choice -> true).with("parts", parts, others);
    // Whichever launch makes them.
    choose(l.node().name() + " backward", BACKWARD + " parts", l, space);
    return choose(l.node().name() + " filter", BACKWARD + " parts", l, space).of("parts");
  }

  @Override
  public Sums backward(Linear l, Source x, long dy, Wanted wanted, long parts) {
    String name =
        l.node().name() + (wanted == null ? " filter" : x == null ? " data" : " backward");
    int shares = parts(l);
    Tile tile = tile(backwardChoice(l, name, wanted == null));
    int channels = l.in().channels();
    boolean sums = wanted != null && sums(wanted.before(), tile, channels);
    long rows = (long) batch * l.in().dim(0) * l.in().dim(1);
    long tiles = (rows + tile.m() - 1) / tile.m();
    Defines defines =
        shape(l, tile, x)
            .with("DATA", wanted != null)
            .with("FILTER", x != null)
            .with("PARTS", shares)
            .with("ACCUMULATE", wanted != null && wanted.accumulate())
            .with("SUMS", sums);
    if (sums) {
      ChainDefines.factors(defines, wanted.before().chain());
      defines.with("SUM_CHANNELS", wanted.before().channels());
    }
    long partials =
        sums ? script.memory().buffer(8 * tiles * channels, "sums of gradients") : script.any();
    Launch launch = script.stepped(name, l.node(), BACKWARD, BACKWARD, defines);
    (x == null ? launch.buffer(script.any()) : x.give(launch)).buffer(indices).buffer(dy);
    ChainKept kept = sums ? wanted.before().kept() : ChainKept.NONE;
    long groups =
        (wanted == null ? 0 : tile.groups(rows, channels))
            + (x == null ? 0 : shares * tile.groups(l.taps(), l.filters()));
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
        .costs(products * l.flops(batch), Products.traffic(l, batch, x, wanted, sums, shares));
    return sums ? new Sums(partials, tiles * (channels / wanted.before().channels())) : null;
  }

  /**
   * Whether the sums that a chain needs can be made: where what it put out was flattened, a pixel's
   * channels have to be whole tiles.
   */
  private static boolean sums(Before before, Tile tile, int channels) {
    return before != null && (before.channels() == channels || before.channels() % tile.n() == 0);
  }
}
