package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Precision;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import java.util.List;
import java.util.stream.IntStream;

/** The gradient of a convolution's kernel by tensor cores, a strip of an image after the other. */
final class StripFilter {
  private static final String FAMILY = "conv2d_strip_filter";

  /** Channels of a group, those that fit preferred. */
  private static final List<Integer> CHANNELS = List.of(32, 16);

  private static final int COLUMNS = 64;

  /** A warp has 8 rows and 4 columns of items; its part of the tile is one tap's. */
  private static final int WARP_ROWS = 8;

  private static final int WARP_COLUMNS = 4;
  private static final int MOST_ITEMS = 384;

  /** Strips of a group, at least: fewer leave more parts to add than they save. */
  private static final int LEAST_STRIPS = 2;

  /** Groups that a unit runs at a time, and the registers that this leaves for an item. */
  private static final int GROUPS = 2;

  private static final int REGISTERS = 112;

  private final Script script;
  private final int batch;

  StripFilter(Script script, int batch) {
    this.script = script;
    this.batch = batch;
  }

  /** How a layer is cut. */
  private record Cut(int strip, int parts, int registers) {
    Cut(Choice choice) {
      this(choice.of("strip"), choice.of("parts"), choice.of("registers"));
    }
  }

  private static int channels(Linear l) {
    return CHANNELS.stream().filter(some -> l.in().channels() % some == 0).findFirst().orElse(0);
  }

  private static int columns(Linear l) {
    return l.filters() > COLUMNS / 2 ? COLUMNS : COLUMNS / 2;
  }

  private static int taps(Linear l) {
    return l.window().kernelH() * l.window().kernelW();
  }

  private static int items(Linear l) {
    return taps(l) * WARP_ROWS * WARP_COLUMNS;
  }

  /** The pixels of a row, in eights. */
  private static int pixels(Linear l) {
    return (l.window().outW() + 7) / 8 * 8;
  }

  private static long local(Linear l, int strip) {
    long rows = (strip + l.window().kernelH() - 1L) * (pixels(l) + l.window().kernelW() - 1L);
    return 4 * (rows * (channels(l) + 8) + (long) strip * pixels(l) * (columns(l) + 8));
  }

  /** Whether it is for such a layer: not for one that reads the network's input. */
  boolean fits(Linear l) {
    Limits limits = script.context().limits();
    return script.context().precision() != Precision.FP32
        && !l.dense()
        && l.unitStrides()
        && l.node().inputs().get(0) != 0
        && channels(l) > 0
        && l.filters() % 4 == 0
        && items(l) <= Math.min(limits.group(), MOST_ITEMS)
        && local(l, 1) <= limits.local();
  }

  private static int strips(Linear l, int strip) {
    return (l.window().outH() + strip - 1) / strip;
  }

  private int tiles(Linear l) {
    return l.in().channels() / channels(l) * ((l.filters() + columns(l) - 1) / columns(l));
  }

  /** Parts, if each has so many strips. */
  private int parts(Linear l, int strip, long of) {
    return (int) (((long) batch * strips(l, strip) + of - 1) / of);
  }

  private Cut cut(Linear l) {
    Limits limits = script.context().limits();
    int most =
        IntStream.rangeClosed(1, l.window().outH())
            .filter(strip -> local(l, strip) <= limits.local())
            .max()
            .orElseThrow();
    int even = (l.window().outH() + strips(l, most) - 1) / strips(l, most);
    long groups = (long) batch * strips(l, even) * tiles(l);
    long each = Math.max(LEAST_STRIPS, (groups - 1) / ((long) GROUPS * limits.units()) + 1);
    int parts = parts(l, even, each);
    Space space =
        Space.of(
                choice ->
                    local(l, choice.of("strip")) <= limits.local()
                        && choice.of("parts") <= parts(l, choice.of("strip"), 1))
            .with("strip", even, List.of(1, 2, 3, 4, 5, 6, 7))
            .with("parts", parts, List.of(16, 24, 32, 48, 64, 96, 128, 192, 256, 384))
            .with("registers", REGISTERS, List.of(96, 128, 168, 224));
    String launch = FAMILY + " " + l.shape(batch) + " " + script.context().precision().label();
    return new Cut(script.context().choose(l.node().name() + " filter", launch, space));
  }

  /** In how many parts it is made. */
  int parts(Linear l) {
    return cut(l).parts();
  }

  /** Adds the launch. */
  void launch(Linear l, long x, long dy, long parts) {
    Cut cut = cut(l);
    int columns = columns(l);
    Defines defines =
        LinearDefines.of(l.in(), l.window(), l.filters(), batch)
            .with("STRIP", cut.strip())
            .with("PARTS", cut.parts())
            .with("TILE_C", channels(l))
            .with("TILE_M", (long) taps(l) * channels(l))
            .with("TILE_N", columns)
            .with("TILE_K", pixels(l))
            .with("ITEM_M", channels(l) / WARP_ROWS)
            .with("ITEM_N", columns / WARP_COLUMNS)
            .tuned("UNROLL", script.context().limits().cpu() ? 1 : 4);
    if (script.context().isNvidia()) {
      defines.registers(cut.registers());
    }
    script
        .stepped(
            l.node().name() + " filter",
            l.node(),
            FAMILY,
            FAMILY,
            TensorCores.into(defines, script.context()))
        .buffer(x)
        .buffer(dy)
        .buffer(parts)
        .over(
            new WorkSize(
                (long) cut.parts() * tiles(l), 1, WARP_COLUMNS, (long) taps(l) * WARP_ROWS))
        .costs(l.flops(batch), l.traffic(batch));
  }
}
