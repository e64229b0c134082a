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
  private static final int SLICES = 16;

  /** Products of a sum, at least: shorter ones are not worth sharing. */
  private static final int LEAST_TAPS = 256;

  /** Rows of a batch from which on larger cells spare more reads than they leave units idle. */
  private static final int MANY_ROWS = 128;

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
        && Tile.mostGroups(batch, l.filters()) < limits.units();
  }

  private Space space(Linear l) {
    int side = batch > MANY_ROWS ? 16 : 8;
    int item = side / 4;
    long local = script.context().limits().local();
    return Space.of(choice -> legal(choice, local))
        .with("tile_m", side, List.of(4, 8, 16, 32))
        .with("tile_n", side, List.of(8, 16, 32))
        .with("item_m", item, List.of(1, 2, 4, 8))
        .with("item_n", item, List.of(1, 2, 4, 8))
        .with("slices", Math.min(SLICES, l.taps()), List.of(4, 8, 16, 32, 64))
        .with("unroll", unroll(), script.context().limits().cpu() ? List.of() : List.of(4, 8, 16));
  }

  /** A processor's compiler takes seconds for loops that are unrolled, and gains little. */
  private int unroll() {
    return script.context().limits().cpu() ? 1 : 8;
  }

  private static boolean legal(Choice choice, long local) {
    int m = choice.of("tile_m");
    int n = choice.of("tile_n");
    int cells = m / choice.of("item_m") * (n / choice.of("item_n"));
    int items = cells * choice.of("slices");
    return m % choice.of("item_m") == 0
        && n % choice.of("item_n") == 0
        && items >= 32
        && items <= MOST_ITEMS
        && 4L * (choice.of("slices") + 1) * m * n <= local;
  }

  @Override
  public Partials forward(Linear l, Source x, Weights weights, long y, boolean moments) {
    if (!splits(l)) {
      return tiles.forward(l, x, weights, y, moments);
    }
    String name = l.node().name() + " forward";
    Choice choice = script.context().choose(name, FAMILY + " " + l.shape(batch), space(l));
    int rows = choice.of("tile_m");
    int columns = choice.of("tile_n");
    long groups = (batch + rows - 1L) / rows;
    long partials =
        moments
            ? script.memory().buffer(8 * groups * l.filters(), "moments of " + l.node().name())
            : script.any();
    Defines defines =
        Source.into(LinearDefines.of(l.in(), l.window(), l.filters(), batch), x)
            .with("TILE_M", rows)
            .tuned("TILE_N", columns)
            .tuned("ITEM_M", choice.of("item_m"))
            .tuned("ITEM_N", choice.of("item_n"))
            .with("SLICES", choice.of("slices"))
            .tuned("UNROLL", choice.of("unroll"))
            .with("BIAS", weights.bias() != 0)
            .with("STATISTICS", moments);
    long cells = (long) rows / choice.of("item_m") * (columns / choice.of("item_n"));
    x.give(script.launch(name, l.node(), FAMILY, FAMILY, defines))
        .buffer(indices)
        .buffer(script.steps())
        .step()
        .buffer(weights.kernel())
        .buffer(script.or(weights.bias()))
        .buffer(y)
        .buffer(partials)
        .over(
            new WorkSize(
                groups, (l.filters() + columns - 1L) / columns, choice.of("slices"), cells))
        .costs(l.flops(batch), l.traffic(batch));
    return moments ? new Partials(partials, rows) : null;
  }

  @Override
  public int parts(Linear l) {
    return tiles.parts(l);
  }

  @Override
  public Partials backward(Linear l, Source x, long dy, Wanted wanted, long parts) {
    return tiles.backward(l, x, dy, wanted, parts);
  }
}
