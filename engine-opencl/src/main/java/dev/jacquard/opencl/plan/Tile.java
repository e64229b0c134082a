package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Precision;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import java.util.List;

/**
 * The register and local-memory tile of the matrix products: rows, columns, depth, per item.
 *
 * @param cores whether tensor cores multiply, whose warps have 8 rows and 4 columns of items
 */
record Tile(int m, int n, int k, int itemM, int itemN, int unroll, boolean cores) {
  private static final int DEPTH = 16;

  /** Where a round of so few sums would end before the operands of the next are there. */
  private static final int DEEP = 32;

  private static final int UNROLL = 4;
  private static final int MOST_ITEMS = 256;
  private static final int LEAST_ITEMS = 32;
  private static final int MOST_SUMS = 64;
  private static final int MOST_CORE_SUMS = 128;

  /** A processor does not fare worse with it than with another; its compiler must not unroll. */
  private static final Tile PROCESSOR = new Tile(64, 32, DEPTH, 4, 4, 1, false);

  /** For devices with small groups: 32 items. */
  private static final Tile SMALL = new Tile(32, 16, DEPTH, 4, 4, UNROLL, false);

  /**
   * The tiles that a device can use for a product.
   *
   * @param perRow bytes of local memory that the kernel needs for each row of the tile
   * @param perColumn bytes that it needs for each column of the tile and row of items
   */
  static Space space(Context context, long rows, long columns, int perRow, int perColumn) {
    Limits limits = context.limits();
    boolean cores = context.precision() != Precision.FP32;
    Tile preset =
        cores
            ? coresPreset(limits, rows, columns)
            : preset(limits, rows, columns, perRow, perColumn).deeper(limits, perRow, perColumn);
    boolean unrolled = cores || limits.cpu();
    return Space.of(
            choice -> {
              Tile tile = of(choice, cores);
              return tile.divides()
                  && tile.local(perRow, perColumn) <= limits.local()
                  && tile.items() <= Math.min(limits.group(), MOST_ITEMS);
            })
        .with(
            "tile_m",
            preset.m,
            cores ? List.of(32, 64, 96, 128, 256) : List.of(32, 48, 64, 96, 128))
        .with("tile_n", preset.n, List.of(16, 32, 64, 128))
        .with("item_m", preset.itemM, List.of(2, 4, 8))
        .with("item_n", preset.itemN, cores ? List.of(2, 4, 8, 16) : List.of(2, 4, 8))
        .with("tile_k", preset.k, List.of(8, 16, 32))
        .with("unroll", preset.unroll, unrolled ? List.of() : List.of(1, 2, 4, 8, 16));
  }

  /** Many small groups where there is much to do, else groups of many warps. */
  private static Tile coresPreset(Limits limits, long rows, long columns) {
    int n = columns > 32 ? 64 : 32;
    Tile many = new Tile(64, n, DEPTH, 8, n / 4, UNROLL, true);
    if (many.groups(rows, columns) >= 4L * limits.units()) {
      return many;
    }
    Tile few = new Tile(64, n, DEEP, 4, 4, UNROLL, true);
    return limits.keptBusyBy(few.groups(rows, columns))
        ? few
        : new Tile(32, n, DEEP, 2, n / 8, UNROLL, true);
  }

  /** What was chosen. */
  static Tile of(Choice choice, boolean cores) {
    return new Tile(
        choice.of("tile_m"),
        choice.of("tile_n"),
        choice.of("tile_k"),
        choice.of("item_m"),
        choice.of("item_n"),
        choice.of("unroll"),
        cores);
  }

  /**
   * Without tuning: items of 64 or 32 sums where that leaves a group for most units of the device,
   * else smaller tiles.
   */
  private static Tile preset(Limits limits, long rows, long columns, int perRow, int perColumn) {
    if (limits.group() < PROCESSOR.items()) {
      return SMALL;
    }
    if (limits.cpu()) {
      return PROCESSOR;
    }
    int n = columns > 32 ? 64 : 32;
    for (Tile tile :
        List.of(
            new Tile(128, n, DEPTH, 8, n / 8, UNROLL, false),
            new Tile(64, n, DEPTH, 4, n / 8, UNROLL, false))) {
      boolean fits = tile.local(perRow, perColumn) <= limits.local();
      if (fits && limits.keptBusyBy(tile.groups(rows, columns))) {
        return tile;
      }
    }
    return new Tile(64, 32, DEPTH, 4, 4, UNROLL, false);
  }

  /** Whether the smallest tiles that are chosen without tuning make a group for most units. */
  static boolean fill(Limits limits, long rows, long columns) {
    return limits.keptBusyBy(PROCESSOR.groups(rows, columns));
  }

  /** The same with twice the depth, if its items have few sums, and there is room. */
  private Tile deeper(Limits limits, int perRow, int perColumn) {
    Tile deep = new Tile(m, n, DEEP, itemM, itemN, unroll, cores);
    boolean fits = deep.local(perRow, perColumn) <= limits.local();
    return limits.cpu() || itemM * itemN >= MOST_SUMS || !fits ? this : deep;
  }

  private boolean divides() {
    if (cores) {
      return m % (8 * itemM) == 0 && n % (4 * itemN) == 0 && itemM * itemN <= MOST_CORE_SUMS;
    }
    return m % itemM == 0 && n % itemN == 0 && items() >= LEAST_ITEMS && itemM * itemN <= MOST_SUMS;
  }

  private int items() {
    return m / itemM * (n / itemN);
  }

  private long local(int perRow, int perColumn) {
    long operands =
        cores
            ? 8L * (k * (m + n) + Math.max(4 * m, 8 * k) + Math.max(4 * n, 8 * k))
            : 8L * k * (m + n + 4);
    return operands + (long) perRow * m + (long) perColumn * (m / itemM + 1) * n;
  }

  Defines into(Defines defines) {
    return defines
        .with("TILE_M", m)
        .with("TILE_N", n)
        .with("TILE_K", k)
        .with("ITEM_M", itemM)
        .with("ITEM_N", itemN)
        .tuned("UNROLL", unroll);
  }

  /** Groups over a product of so many rows and columns. */
  long groups(long rows, long columns) {
    return (columns + n - 1) / n * ((rows + m - 1) / m);
  }

  /** Items of a group along its columns. */
  long itemsX() {
    return (long) n / itemN;
  }

  /** Items of a group along its rows. */
  long itemsY() {
    return (long) m / itemM;
  }

  /** Groups over a product of so many rows and columns; rows first, of which there can be many. */
  WorkSize over(long rows, long columns) {
    return new WorkSize((rows + m - 1) / m, (columns + n - 1) / n, itemsX(), itemsY());
  }
}
