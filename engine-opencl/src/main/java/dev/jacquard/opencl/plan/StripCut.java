package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.tuning.Choice;

/**
 * How a pass is cut, as {@code conv2d_strip.cl} has it.
 *
 * @param strip rows of the target at a time
 * @param m rows of the tile, as n and k are its columns and the channels at a time
 * @param itemM rows of an item, as itemN are its columns
 * @param depth batches of numbers that have room in local memory
 * @param groups that a unit of the device runs
 * @param cores whether tensor cores multiply
 */
record StripCut(
    int strip, int m, int n, int k, int itemM, int itemN, int depth, int groups, boolean cores) {
  /** Items of a group. */
  static final int MOST_ITEMS = 512;

  static final int MOST_ROWS = 512;

  /** Of local memory. */
  private static final int BANKS = 32;

  /** A warp of tensor cores has so many rows and columns of items. */
  static final int WARP_ROWS = 8;

  static final int WARP_COLUMNS = 4;
  private static final int WARP = 32;

  /** Columns that are pooled at a time. */
  private static final int POOLED = 32;

  /** Sums of an item, and what it needs beside them. */
  private static final int MOST_SUMS = 128;

  private static final int LEAST_REGISTERS = 40;

  StripCut(Choice choice, int width, boolean cores) {
    this(
        choice.of("strip"),
        rounded(choice.of("strip") * width, choice.of("item_m") * (cores ? WARP_ROWS : 1)),
        choice.of("tile_n"),
        choice.of("tile_k"),
        choice.of("item_m"),
        choice.of("item_n"),
        choice.of("depth"),
        choice.of("groups"),
        cores);
  }

  private static int rounded(int rows, int of) {
    int least = of % 4 == 0 ? of : of % 2 == 0 ? 2 * of : 4 * of;
    return (rows + least - 1) / least * least;
  }

  /** The same with so many groups. */
  StripCut with(int most) {
    return new StripCut(strip, m, n, k, itemM, itemN, depth, most, cores);
  }

  /** The numbers that decide a cut. */
  static Choice choice(int strip, int n, int k, int itemM, int itemN, int depth, int groups) {
    return Choice.NONE
        .with("strip", strip)
        .with("tile_n", n)
        .with("tile_k", k)
        .with("item_m", itemM)
        .with("item_n", itemN)
        .with("depth", depth)
        .with("groups", groups);
  }

  int items() {
    return m / itemM * (n / itemN);
  }

  /** Registers that an item of an NVIDIA device may have. */
  int registers() {
    return GroupMemory.registers(items(), groups);
  }

  /** Whether it can be compiled for a device, and launched. */
  boolean legal(Context context, StripPass pass) {
    GroupMemory memory = context.groupMemory();
    return divides()
        && pass.source() % k == 0
        && pass.suits(strip)
        && m <= MOST_ROWS
        && items() <= Math.min(context.limits().group(), MOST_ITEMS)
        && local(pass) <= memory.bytes()
        && (!context.isNvidia() || (hasRegisters() && groups <= memory.groups(local(pass))));
  }

  /** Whether items divide the tile. */
  private boolean divides() {
    boolean warps = !cores || (itemM % 2 == 0 && itemN % 2 == 0 && n % (WARP_COLUMNS * itemN) == 0);
    return warps && n % itemN == 0 && itemM * itemN <= MOST_SUMS && items() >= WARP;
  }

  /** Whether an NVIDIA device has registers for it. */
  boolean hasRegisters() {
    return hasRegisters(items(), groups, itemM * itemN);
  }

  /** The same of groups of so many items, each with so many sums. */
  static boolean hasRegisters(int items, int groups, int sums) {
    return GroupMemory.registers(items, groups) >= sums + LEAST_REGISTERS;
  }

  private int rows(StripPass pass) {
    int h = pass.height();
    int seams = h % strip == 0 ? 0 : strip % h == 0 ? strip / h - 1 : (strip + h - 2) / h;
    return strip + pass.l().window().kernelH() - 1 + seams * (pass.pitchH() - h);
  }

  /** Bytes of local memory. */
  long local(StripPass pass) {
    int cell = k + 4;
    int line = pass.pitchW() * cell;
    line += (BANKS - (pass.pitchW() - pass.width()) * cell % BANKS) % BANKS;
    long room = (long) pass.columns() * cell + (long) rows(pass) * line;
    long scratch = (long) (pass.data() ? 2 : 1) * (m / itemM) * n + n;
    long pooled = pass.pools() ? (long) strip * pass.width() * (Math.min(n, POOLED) + 8) : 0;
    long weights = (long) pass.taps() * (pass.data() ? n * (k + 4) : k * (n + 8));
    return 4
        * (depth * Math.max(room, Math.max(scratch, pooled))
            + (pass.source() > k ? depth : 1) * weights);
  }

  /** Tiles of columns. */
  long columns(StripPass pass) {
    return (pass.channels() + n - 1L) / n;
  }
}
