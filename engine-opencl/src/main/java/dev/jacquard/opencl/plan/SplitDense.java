package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import java.util.List;

/**
 * Products on graphics processors, where a dense layer whose output makes too few tiles to fill the
 * device has its long sums shared by the items of a group; the others are tiles.
 */
final class SplitDense implements Products {
  private static final String FAMILY = "dense_forward";
  private static final int MOST_ITEMS = 256;
  private static final int LEAST_ITEMS = 32;

  /** Loads of a vector that an item has under way at once, at most, for want of registers. */
  private static final int MOST_LOADS = 40;

  /** Products of a sum, at least: shorter ones are not worth sharing. */
  private static final int LEAST_TAPS = 256;

  private static final int VECTOR = 4;

  /** Without tuning: the first that leaves a group for most units of the device. */
  private static final List<Cut> CUTS =
      List.of(new Cut(64, 32, 8, 4, 4), new Cut(16, 32, 8, 4, 16), new Cut(8, 8, 4, 4, 64));

  /** For a processor, whose compiler takes seconds for large items, and gains little. */
  private static final Cut PROCESSOR = new Cut(8, 8, 2, 2, 16);

  private final Script script;
  private final TileProducts tiles;
  private final int batch;
  private final long indices;

  /**
   * Products of a batch.
   *
   * @param tiles does the others
   * @param indices the sample numbers of all steps
   */
  SplitDense(Script script, TileProducts tiles, int batch, long indices) {
    this.script = script;
    this.tiles = tiles;
    this.batch = batch;
    this.indices = indices;
  }

  @Override
  public boolean gathers(Linear linear) {
    return true;
  }

  private boolean splits(Linear l) {
    Limits limits = script.context().limits();
    return l.dense()
        && l.taps() >= LEAST_TAPS
        && limits.group() >= MOST_ITEMS
        && !Tile.fill(limits, batch, l.filters());
  }

  /** A tile of a group and of its items, and how many of these share a sum. */
  private record Cut(int tileM, int tileN, int itemM, int itemN, int slices) {
    static Cut of(Choice choice) {
      return new Cut(
          choice.of("tile_m"),
          choice.of("tile_n"),
          choice.of("item_m"),
          choice.of("item_n"),
          choice.of("slices"));
    }

    boolean legal(Limits limits) {
      return tileM % itemM == 0
          && tileN % itemN == 0
          && cells() * slices >= Math.max(LEAST_ITEMS, tileN)
          && cells() * slices <= Math.min(limits.group(), MOST_ITEMS)
          && 4L * (slices * tileM + 1) * tileN <= limits.local();
    }

    long cells() {
      return (long) tileM / itemM * (tileN / itemN);
    }

    /** Groups over so many rows and columns. */
    WorkSize over(long rows, long columns) {
      return new WorkSize(
          (rows + tileM - 1) / tileM, (columns + tileN - 1) / tileN, cells(), slices);
    }
  }

  private Cut preset(Linear l) {
    Limits limits = script.context().limits();
    for (Cut cut : limits.cpu() ? List.<Cut>of() : CUTS) {
      WorkSize groups = cut.over(batch, l.filters());
      if (cut.legal(limits) && limits.keptBusyBy(groups.groupsX() * groups.groupsY())) {
        return cut;
      }
    }
    Cut last = CUTS.get(CUTS.size() - 1);
    return limits.cpu() || !last.legal(limits) ? PROCESSOR : last;
  }

  /** All of a short sum is read at once. */
  private int stages(Linear l, Cut cut) {
    int rounds = (l.taps() - 1) / (VECTOR * cut.slices()) + 1;
    boolean fits = rounds * (cut.itemM() + cut.itemN()) <= MOST_LOADS;
    return fits && l.taps() % VECTOR == 0 && !script.context().limits().cpu() ? rounds : 1;
  }

  private Space space(Linear l) {
    Limits limits = script.context().limits();
    Cut cut = preset(l);
    return Space.of(choice -> Cut.of(choice).legal(limits))
        .with("tile_m", cut.tileM(), List.of(4, 8, 16, 32, 64))
        .with("tile_n", cut.tileN(), List.of(8, 16, 32, 64))
        .with("item_m", cut.itemM(), List.of(1, 2, 4, 8))
        .with("item_n", cut.itemN(), List.of(1, 2, 4, 8))
        .with("slices", cut.slices(), List.of(4, 8, 16, 32, 64))
        .with("stages", stages(l, cut), limits.cpu() ? List.of() : List.of(1, 2, 3, 4, 5));
  }

  @Override
  public Partials forward(Linear l, Source x, Weights weights, long y, boolean moments) {
    if (!splits(l)) {
      return tiles.forward(l, x, weights, y, moments);
    }
    String name = l.node().name() + " forward";
    Choice choice = script.context().choose(name, FAMILY + " " + l.shape(batch), space(l));
    Cut cut = Cut.of(choice);
    WorkSize groups = cut.over(batch, l.filters());
    long partials =
        moments
            ? script
                .memory()
                .buffer(8 * groups.groupsX() * l.filters(), "moments of " + l.node().name())
            : script.any();
    Defines defines =
        Source.into(LinearDefines.of(l.in(), l.window(), l.filters(), batch), x)
            .with("TILE_M", cut.tileM())
            .tuned("TILE_N", cut.tileN())
            .tuned("ITEM_M", cut.itemM())
            .tuned("ITEM_N", cut.itemN())
            .with("SLICES", cut.slices())
            .tuned("STAGES", choice.of("stages"))
            .tuned("UNROLL", script.context().limits().cpu() ? 0 : 1)
            .with("BIAS", weights.bias() != 0)
            .with("STATISTICS", moments);
    x.give(script.launch(name, l.node(), FAMILY, FAMILY, defines))
        .buffer(indices)
        .buffer(script.steps())
        .step()
        .buffer(weights.kernel())
        .buffer(script.or(weights.bias()))
        .buffer(y)
        .buffer(partials)
        .over(groups)
        .costs(l.flops(batch), l.traffic(batch, x.bytes(), 1));
    return moments ? new Partials(partials, cut.tileM()) : null;
  }

  @Override
  public int parts(Linear l) {
    return tiles.parts(l);
  }

  @Override
  public Sums backward(Linear l, Source x, long dy, Wanted wanted, long parts) {
    return tiles.backward(l, x, dy, wanted, parts);
  }
}
