package dev.jacquard.opencl.plan;

import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** How passes are cut without tuning. */
final class StripPresets {
  /** Local memory from which on a group has whole images and the weights of all taps at once. */
  private static final long ROOMY = 96 << 10;

  /** Groups that a unit runs where it cannot be known. */
  private static final int GROUPS = 4;

  /** The most rows of a tile, and how many of them, and columns, an item has. */
  private record Item(int rows, int m, int n) {}

  // What an NVIDIA H100 did best with, the largest first (benchmarks/NOTES.md).
  private static final List<Item> CORES_64 =
      List.of(new Item(448, 14, 8), new Item(256, 8, 8), new Item(128, 4, 8), new Item(64, 2, 8));
  private static final List<Item> CORES_32 =
      List.of(new Item(448, 8, 8), new Item(256, 4, 8), new Item(128, 4, 4), new Item(64, 2, 4));
  private static final List<Item> FP32_64 =
      List.of(new Item(224, 7, 8), new Item(112, 7, 4), new Item(56, 7, 2));
  private static final List<Item> FP32_32 =
      List.of(new Item(448, 7, 8), new Item(112, 7, 4), new Item(56, 7, 2));

  private final Context context;
  private final int batch;
  private final boolean cores;
  private final BiPredicate<StripPass, StripCut> legal;

  /**
   * Presets for a batch.
   *
   * @param legal what can be compiled and run
   */
  StripPresets(Context context, int batch, boolean cores, BiPredicate<StripPass, StripCut> legal) {
    this.context = context;
    this.batch = batch;
    this.cores = cores;
    this.legal = legal;
  }

  /** How a pass is cut; empty if it cannot be. */
  Optional<StripCut> of(StripPass pass) {
    Optional<StripCut> roomy =
        context.groupMemory().bytes() >= ROOMY && context.isNvidia()
            ? roomy(pass)
            : Optional.empty();
    return roomy.isPresent() ? roomy : small(pass);
  }

  /** Whether nearly every unit of the device gets a strip. */
  private boolean fills(StripPass pass, StripCut cut) {
    long tiles = pass.strips(cut.strip(), batch) * cut.columns(pass);
    return tiles * 10 >= context.limits().units() * 9L;
  }

  /** The largest whole images, or whole fractions of one, that leave a strip for most units. */
  private Optional<StripCut> roomy(StripPass pass) {
    Optional<StripCut> last = Optional.empty();
    for (int n : pass.channels() > 32 ? List.of(64, 32) : List.of(32)) {
      for (Item item : items(n)) {
        Optional<StripCut> cut = cut(pass, n, item);
        if (cut.isPresent() && fills(pass, cut.get())) {
          return cut;
        }
        last = cut.isPresent() ? cut : last;
      }
    }
    return last;
  }

  private List<Item> items(int n) {
    if (cores) {
      return n == 64 ? CORES_64 : CORES_32;
    }
    return n == 64 ? FP32_64 : FP32_32;
  }

  private Optional<StripCut> cut(StripPass pass, int n, Item item) {
    int strip = item.rows() / pass.width();
    while (strip > 1 && strip % pass.height() != 0 && pass.height() % strip != 0) {
      strip--;
    }
    for (int k : List.of(32, 16, 8)) {
      for (int depth : k < pass.source() ? List.of(3, 2, 1) : List.of(2, 1)) {
        StripCut cut =
            new StripCut(
                StripCut.choice(strip, n, k, item.m(), item.n(), depth, 1), pass.width(), cores);
        if (strip > 0 && legal.test(pass, cut)) {
          return Optional.of(cut);
        }
      }
    }
    return Optional.empty();
  }

  /** The largest strips that leave one for most units, and a few channels at a time. */
  private Optional<StripCut> small(StripPass pass) {
    Optional<StripCut> last = Optional.empty();
    for (int n : pass.channels() > 32 ? List.of(64, 32) : List.of(32)) {
      for (int rows : List.of(128, 64, 32)) {
        Optional<StripCut> cut = small(pass, rows, n);
        if (cut.isPresent() && fills(pass, cut.get())) {
          return cut;
        }
        last = cut.isPresent() ? cut : last;
      }
    }
    return last;
  }

  private Optional<StripCut> small(StripPass pass, int rows, int n) {
    int strip = Math.max(1, rows / pass.width());
    int itemM = cores ? Math.min(4, rows / 16) : rows / 16;
    for (int k : List.of(16, 8)) {
      StripCut cut =
          new StripCut(StripCut.choice(strip, n, k, itemM, n / 8, 1, GROUPS), pass.width(), cores);
      if (legal.test(pass, cut)) {
        return Optional.of(cut);
      }
    }
    return Optional.empty();
  }
}
