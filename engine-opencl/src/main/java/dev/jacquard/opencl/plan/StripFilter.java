package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Precision;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The gradient of a convolution's kernel on graphics processors, in strips of images. */
final class StripFilter {
  private static final String FAMILY = "conv2d_strip_filter";

  /** Channels of a group, those that fit preferred. */
  private static final List<Integer> CHANNELS = List.of(32, 16, 8);

  private static final int LEAST_ITEMS = 32;

  /** Strips that a group has at a time, at most. */
  private static final int MOST_UNITS = 4;

  /** Pixels that a chain of sums has, at most, unless there would be too many parts to add. */
  private static final int LONGEST = 4096;

  private static final int MOST_PARTS = 256;

  /** What tensor cores multiply at a time. */
  private static final int POSITIONS = 8;

  private final Script script;
  private final Context context;
  private final int batch;
  private final boolean cores;

  StripFilter(Script script, int batch) {
    this.script = script;
    this.context = script.context();
    this.batch = batch;
    this.cores = context.precision() != Precision.FP32;
  }

  /**
   * How a layer is cut, as {@code conv2d_strip_filter.cl} has it.
   *
   * @param groups that a unit of the device runs
   */
  private record Cut(
      int channels,
      int strip,
      int units,
      int parts,
      int n,
      int itemM,
      int itemN,
      int depth,
      int groups) {
    Cut(Choice choice) {
      this(
          choice.of("tile_c"),
          choice.of("strip"),
          choice.of("units"),
          choice.of("parts"),
          choice.of("tile_n"),
          choice.of("item_m"),
          choice.of("item_n"),
          choice.of("depth"),
          choice.of("groups"));
    }

    int m(Linear l) {
      return l.window().kernelH() * l.window().kernelW() * channels;
    }

    int items(Linear l) {
      return m(l) / itemM * (n / itemN);
    }

    long tiles(Linear l) {
      return (long) (l.in().channels() / channels) * ((l.filters() + n - 1) / n);
    }

    int strips(Linear l) {
      return (l.window().outH() + strip - 1) / strip;
    }
  }

  private static int pitch(Linear l) {
    int behind = l.window().outW() + l.window().kernelW() - 1 - l.window().left() - l.in().dim(1);
    return l.in().dim(1) + Math.max(l.window().left(), Math.max(behind, 0));
  }

  private long local(Linear l, Cut cut) {
    long positions = (long) cut.strip() * pitch(l);
    positions = cores ? (positions + POSITIONS - 1) / POSITIONS * POSITIONS : positions;
    long cells = positions + (l.window().kernelH() - 1L) * pitch(l) + l.window().kernelW() - 1;
    return 4L
        * cut.depth()
        * cut.units()
        * (cells * (cut.channels() + 8) + positions * (cut.n() + 8));
  }

  private boolean legal(Linear l, Cut cut) {
    GroupMemory memory = context.groupMemory();
    int items = cut.items(l);
    boolean warps =
        cores
            ? cut.m(l) % (cut.itemM() * StripCut.WARP_ROWS) == 0
                && cut.itemM() % 2 == 0
                && cut.n() % (cut.itemN() * StripCut.WARP_COLUMNS) == 0
            : cut.m(l) % cut.itemM() == 0 && cut.itemM() % 4 == 0 && cut.n() % cut.itemN() == 0;
    return l.in().channels() % cut.channels() == 0
        && warps
        && items >= LEAST_ITEMS
        && items <= Math.min(context.limits().group(), StripCut.MOST_ITEMS)
        && local(l, cut) <= memory.bytes()
        && (!context.isNvidia()
            || (StripCut.hasRegisters(items, cut.groups(), cut.itemM() * cut.itemN())
                && cut.groups() <= memory.groups(local(l, cut))));
  }

  /** Whether it is for such a layer: not for one that reads the network's input. */
  boolean fits(Linear l) {
    return !l.dense()
        && l.unitStrides()
        && l.window().kernelH() * l.window().kernelW() > 1
        && l.node().inputs().get(0) != 0
        && l.filters() % 4 == 0
        && preset(l).isPresent();
  }

  /** Without tuning: whole images if there is room, so many groups as the device has units. */
  private Optional<Cut> preset(Linear l) {
    Optional<Cut> last = Optional.empty();
    for (int n : l.filters() > 32 ? List.of(64, 32) : List.of(32)) {
      Optional<Cut> cut =
          CHANNELS.stream()
              .filter(some -> l.in().channels() % some == 0)
              .flatMap(some -> cuts(l, some, n))
              .findFirst();
      if (cut.isPresent() && cut.get().parts() * cut.get().tiles(l) * 10 >= units() * 9L) {
        return cut;
      }
      last = cut.isPresent() ? cut : last;
    }
    return last;
  }

  private int units() {
    return context.limits().units();
  }

  private Stream<Cut> cuts(Linear l, int channels, int n) {
    int itemN = cores ? Math.min(8, n / 8) : n / 8;
    return (context.groupMemory().async() ? Stream.of(2, 1) : Stream.of(1))
        .flatMap(
            depth ->
                IntStream.rangeClosed(0, l.window().outH() - 1)
                    .map(less -> l.window().outH() - less)
                    .filter(strip -> isEven(l.window().outH(), strip))
                    .boxed()
                    .flatMap(
                        strip ->
                            Stream.of(6, 8, 4, 10)
                                .filter(itemM -> cores || itemM != 6)
                                .map(
                                    itemM ->
                                        parted(
                                            l,
                                            new Cut(
                                                channels, strip, 1, 1, n, itemM, itemN, depth,
                                                1)))))
        .filter(cut -> legal(l, cut));
  }

  /** Whether no fewer rows would make as many strips. */
  private static boolean isEven(int rows, int strip) {
    int strips = (rows + strip - 1) / strip;
    return strip == (rows + strips - 1) / strips;
  }

  /** As many parts as keep every unit busy, alike, and no chain of sums too long. */
  private Cut parted(Linear l, Cut cut) {
    long all = (long) batch * cut.strips(l);
    long most = Math.max(1, units() / cut.tiles(l));
    long longest = Math.max(1, LONGEST / ((long) cut.strip() * l.window().outW()));
    // Parts are to take less memory than the gradients that they are made of.
    long fewer = (long) batch * l.pixels() * l.filters() / (2L * l.weights());
    long parts = Math.max(most, Math.min(MOST_PARTS, fewer));
    long each = Math.max(Math.min(longest, (all + most - 1) / most), (all + parts - 1) / parts);
    int units = 1;
    while (units < Math.min(each, MOST_UNITS) && legal(l, with(cut, units + 1, cut.parts()))) {
      units++;
    }
    return with(cut, units, (int) ((all + each - 1) / each));
  }

  private static Cut with(Cut cut, int units, int parts) {
    return new Cut(
        cut.channels(),
        cut.strip(),
        units,
        parts,
        cut.n(),
        cut.itemM(),
        cut.itemN(),
        cut.depth(),
        cut.groups());
  }

  private Cut cut(Linear l) {
    Cut preset = preset(l).orElseThrow();
    Space space =
        Space.of(choice -> legal(l, new Cut(choice)))
            .with(
                "strip",
                preset.strip(),
                IntStream.rangeClosed(1, l.window().outH()).boxed().toList())
            .with("units", preset.units(), List.of(1, 2, 3, 4, 6, 8))
            .with("tile_n", preset.n(), List.of(16, 32, 64))
            .with("item_m", preset.itemM(), List.of(4, 6, 8, 12, 18))
            .with("item_n", preset.itemN(), List.of(4, 8, 16))
            .with("parts", preset.parts(), parts(preset.parts()))
            .with("tile_c", preset.channels(), CHANNELS)
            .with("depth", preset.depth(), List.of(1, 2, 3))
            .with("groups", preset.groups(), List.of(1, 2, 3));
    String launch = FAMILY + " " + l.shape(batch);
    return new Cut(context.chooseProduct(l.node().name() + " filter", launch, space));
  }

  private static List<Integer> parts(int preset) {
    return Stream.of(preset / 2, preset, preset * 2).filter(parts -> parts > 0).distinct().toList();
  }

  /** In how many parts it is made. */
  int parts(Linear l) {
    return cut(l).parts();
  }

  /** Adds the launch. */
  void launch(Linear l, long x, long dy, long parts) {
    Cut cut = cut(l);
    Defines defines =
        LinearDefines.of(l.in(), l.window(), l.filters(), batch)
            .with("STRIP", cut.strip())
            .with("PARTS", cut.parts())
            .with("TILE_C", cut.channels())
            .with("TILE_M", cut.m(l))
            .with("TILE_N", cut.n())
            .with("ITEM_M", cut.itemM())
            .with("ITEM_N", cut.itemN())
            .with("UNITS", cut.units())
            .tuned("DEPTH", cut.depth())
            .tuned("UNROLL", context.limits().cpu() ? 1 : 4);
    context.ahead(defines, GroupMemory.registers(cut.items(l), cut.groups()));
    script
        .stepped(
            l.node().name() + " filter",
            l.node(),
            FAMILY,
            FAMILY,
            cores ? TensorCores.into(defines, context) : defines)
        .buffer(x)
        .buffer(dy)
        .buffer(parts)
        .over(
            new WorkSize(
                cut.parts() * cut.tiles(l), 1, cut.n() / cut.itemN(), cut.m(l) / cut.itemM()))
        .costs(l.flops(batch), l.traffic(batch, Float.BYTES, cut.parts()));
  }
}
