package dev.jacquard.opencl.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How passes are cut without tuning. */
final class StripPresets {
  /** Local memory from which on a group has whole images and the weights of all taps at once. */
  private static final long ROOMY = 96 << 10;

  /** Groups that a unit runs, at most. */
  private static final int GROUPS = 4;

  /** The most rows of a tile, and how many of them, and columns, an item has. */
  private record Item(int rows, int m, int n) {}

  // What an NVIDIA H100 did best with, the largest first (benchmarks/NOTES.md).
  private static final List<Item> CORES_64 =
      List.of(new Item(448, 14, 8), new Item(256, 8, 8), new Item(128, 4, 8), new Item(64, 2, 8));
  private static final List<Item> CORES_32 =
      List.of(new Item(448, 8, 8), new Item(256, 4, 8), new Item(128, 4, 4), new Item(64, 2, 4));
  private static final List<Item> FP32_64 =
      List.of(new Item(448, 7, 8), new Item(224, 7, 8), new Item(112, 7, 4), new Item(56, 7, 2));
  private static final List<Item> FP32_32 =
      List.of(new Item(448, 7, 8), new Item(112, 7, 4), new Item(56, 7, 2));

  /** Channels at a time, and for how many such batches there must be room. */
  private record Deep(int k, int depth) {}

  private static final List<Deep> DEEP =
      List.of(
          new Deep(64, 2),
          new Deep(32, 3),
          new Deep(32, 2),
          new Deep(16, 3),
          new Deep(16, 2),
          new Deep(8, 2),
          new Deep(32, 1),
          new Deep(16, 1),
          new Deep(8, 1));

  private final Context context;
  private final int batch;
  private final boolean cores;

  /** Presets for a batch. */
  StripPresets(Context context, int batch, boolean cores) {
    this.context = context;
    this.batch = batch;
    this.cores = cores;
  }

  /** How a pass is cut; empty if it cannot be. */
  Optional<StripCut> of(StripPass pass) {
    Optional<StripCut> roomy =
        context.groupMemory().bytes() >= ROOMY && !context.limits().cpu()
            ? roomy(pass)
            : Optional.empty();
    return roomy.isPresent() ? roomy : small(pass);
  }

  /** Whether nearly every unit of the device gets a strip. */
  private boolean fills(StripPass pass, StripCut cut) {
    return tiles(pass, cut.strip(), cut.n()) * 10 >= context.limits().units() * 9L;
  }

  /** Whole images, or whole fractions of one, that leave a strip for most units. */
  private Optional<StripCut> roomy(StripPass pass) {
    List<StripCut> all = List.of();
    for (int n : pass.channels() > 32 ? List.of(64, 32) : List.of(32)) {
      all = items(n).stream().flatMap(item -> cuts(pass, n, item)).toList();
      Optional<StripCut> best =
          all.stream()
              .filter(cut -> fills(pass, cut))
              .min(Comparator.comparingLong(cut -> cost(pass, cut)));
      if (best.isPresent()) {
        return best;
      }
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /**
   * What the busiest unit multiplies, rows that fill the tile included, and a tenth more where
   * weights are brought again for each strip.
   */
  private long cost(StripPass pass, StripCut cut) {
    long units = context.limits().units();
    long tiles = tiles(pass, cut.strip(), cut.n());
    long products = (tiles + units - 1) / units * cut.m() * cut.n();
    return cut.k() == pass.source() ? products * 10 : products * 11;
  }

  private List<Item> items(int n) {
    if (cores) {
      return n == 64 ? CORES_64 : CORES_32;
    }
    return n == 64 ? FP32_64 : FP32_32;
  }

  /**
   * Many channels only if they are all, so that weights stay for the strips to come; more room only
   * for what comes in many pieces.
   */
  private boolean suits(Deep deep, StripPass pass, long tiles) {
    boolean stays = deep.k() == pass.source() && tiles > context.limits().units();
    return (deep.k() <= 32 || stays) && (deep.depth() < 3 || deep.k() * 2 < pass.source());
  }

  private long tiles(StripPass pass, int strip, int n) {
    return pass.strips(strip, batch) * ((pass.channels() + n - 1) / n);
  }

  /** Strips that come next to filling the tile, the largest first, as deep as there is room. */
  private Stream<StripCut> cuts(StripPass pass, int n, Item item) {
    int most = item.rows() / pass.width();
    return IntStream.iterate(most, strip -> strip > most / 2, strip -> strip - 1)
        .filter(strip -> strip % pass.height() == 0 || pass.height() % strip == 0)
        .boxed()
        .flatMap(
            strip ->
                DEEP.stream()
                    .filter(deep -> suits(deep, pass, tiles(pass, strip, n)))
                    .map(
                        deep ->
                            StripCut.choice(
                                strip, n, deep.k(), item.m(), item.n(), deep.depth(), 1))
                    .map(choice -> new StripCut(choice, pass.width(), cores))
                    .filter(cut -> cut.legal(context, pass))
                    .limit(1));
  }

  /**
   * The largest strips that leave one for most units and let two groups share a unit, of a few
   * channels at a time.
   */
  private Optional<StripCut> small(StripPass pass) {
    List<StripCut> all =
        Stream.of(64, 32)
            .filter(n -> n == 32 || pass.channels() > 32)
            .flatMap(n -> Stream.of(128, 64, 32).flatMap(rows -> small(pass, rows, n)))
            .filter(cut -> cut.legal(context, pass))
            .toList();
    return Stream.<Predicate<StripCut>>of(
            cut -> fills(pass, cut) && shares(pass, cut),
            cut -> fills(pass, cut),
            cut -> shares(pass, cut),
            cut -> true)
        .flatMap(wish -> all.stream().filter(wish).limit(1))
        .findFirst();
  }

  private boolean shares(StripPass pass, StripCut cut) {
    return context.groupMemory().groups(cut.local(pass)) > 1;
  }

  private Stream<StripCut> small(StripPass pass, int rows, int n) {
    int most = Math.max(1, rows / pass.width());
    int strip =
        IntStream.iterate(most, s -> s - 1)
            .filter(s -> s == 1 || pass.suits(s))
            .findFirst()
            .orElseThrow();
    int itemM = cores ? Math.min(4, rows / 16) : rows / 16;
    return Stream.of(16, 8)
        .map(
            k ->
                new StripCut(StripCut.choice(strip, n, k, itemM, n / 8, 1, 1), pass.width(), cores))
        .map(
            cut ->
                cut.with(
                    Math.max(1, Math.min(GROUPS, context.groupMemory().groups(cut.local(pass))))));
  }
}
