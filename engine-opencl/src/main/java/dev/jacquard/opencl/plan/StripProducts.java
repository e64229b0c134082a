package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Precision;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Products on graphics processors, where a group of a convolution brings the rows that it needs
 * into local memory once for all taps; the others are tiles.
 */
final class StripProducts implements Products {
  private static final String FAMILY = "conv2d_strip";

  /** Items of a group. */
  private static final int LEAST_ITEMS = 32;

  private static final int MOST_ITEMS = 256;

  /** Sums of an item. */
  private static final int MOST_SUMS = 128;

  private static final int MOST_ROWS = 256;
  private static final int WARP = 32;

  /** Of an item, at most: two groups of 256 items share what a multiprocessor has. */
  private static final int REGISTERS = 128;

  /** Of local memory. */
  private static final int BANKS = 32;

  /** A warp of tensor cores has so many rows and columns of items. */
  private static final int WARP_ROWS = 8;

  private static final int WARP_COLUMNS = 4;

  private final Script script;
  private final Products others;
  private final State state;
  private final StripFilter filter;
  private final int batch;
  private final boolean cores;

  /**
   * Products of a batch.
   *
   * @param others does what is no convolution of this kind
   */
  StripProducts(Script script, Products others, State state, int batch) {
    this.script = script;
    this.others = others;
    this.state = state;
    this.filter = new StripFilter(script, batch);
    this.batch = batch;
    this.cores = script.context().precision() != Precision.FP32;
  }

  /**
   * What is computed: a convolution forward, or backward to its input.
   *
   * @param height of an image that comes out, as width and channels
   * @param border what neighbouring images and rows of the source share
   */
  private record Pass(
      Linear l, boolean data, int source, int height, int width, int channels, Border border) {
    static Pass forward(Linear l) {
      return new Pass(
          l,
          false,
          l.in().channels(),
          l.window().outH(),
          l.window().outW(),
          l.filters(),
          Border.of(l, l.window().top(), l.window().left(), false));
    }

    static Pass data(Linear l) {
      int top = l.window().kernelH() - 1 - l.window().top();
      int left = l.window().kernelW() - 1 - l.window().left();
      return new Pass(
          l,
          true,
          l.filters(),
          l.in().dim(0),
          l.in().dim(1),
          l.in().channels(),
          Border.of(l, top, left, true));
    }

    long rows(int batch) {
      return (long) batch * height;
    }
  }

  /**
   * As {@code conv2d_strip.cl} has it: rows and columns from an image's first to the next one's.
   *
   * @param columns zeros between rows
   */
  private record Border(int pitchH, int pitchW, int columns) {
    static Border of(Linear l, int top, int left, boolean data) {
      int inH = data ? l.window().outH() : l.in().dim(0);
      int inW = data ? l.window().outW() : l.in().dim(1);
      int outH = data ? l.in().dim(0) : l.window().outH();
      int outW = data ? l.in().dim(1) : l.window().outW();
      int below = outH + l.window().kernelH() - 1 - top - inH;
      int right = outW + l.window().kernelW() - 1 - left - inW;
      int columns = Math.max(left, Math.max(right, 0));
      return new Border(inH + Math.max(top, Math.max(below, 0)), inW + columns, columns);
    }
  }

  /** How a pass is cut. */
  private record Cut(
      int strip, int m, int n, int k, int itemM, int itemN, int registers, boolean cores) {
    Cut(Choice choice, int width, boolean cores) {
      this(
          choice.of("strip"),
          rounded(choice.of("strip") * width, choice.of("item_m") * (cores ? WARP_ROWS : 1)),
          choice.of("tile_n"),
          choice.of("tile_k"),
          choice.of("item_m"),
          choice.of("item_n"),
          choice.of("registers"),
          cores);
    }

    private static int rounded(int rows, int of) {
      int least = of % 4 == 0 ? of : 4 * of;
      return (rows + least - 1) / least * least;
    }

    int items() {
      return m / itemM * (n / itemN);
    }

    boolean divides() {
      boolean warps =
          !cores || (itemM % 2 == 0 && itemN % 2 == 0 && n % (WARP_COLUMNS * itemN) == 0);
      return warps && n % itemN == 0 && itemM * itemN <= MOST_SUMS && items() >= LEAST_ITEMS;
    }

    private int rows(Pass pass) {
      int h = pass.height();
      int seams = h % strip == 0 ? 0 : strip % h == 0 ? strip / h - 1 : (strip + h - 2) / h;
      return strip + pass.l().window().kernelH() - 1 + seams * (pass.border().pitchH() - h);
    }

    /** Bytes of local memory. */
    long local(Pass pass) {
      Border border = pass.border();
      int cell = k + 4;
      int line = border.pitchW() * cell;
      line += (BANKS - (border.pitchW() - pass.width()) * cell % BANKS) % BANKS;
      long room = (long) border.columns() * cell + (long) rows(pass) * line;
      long scratch = (long) (pass.data() ? 2 : 1) * (m / itemM) * n + n;
      long weights = (long) k * n + (cores ? Math.max(4 * n, 8 * k) : 2 * k);
      return 4 * Math.max(room, scratch) + 8 * weights;
    }
  }

  @Override
  public boolean gathers(Linear linear) {
    return others.gathers(linear);
  }

  private Space space(Pass pass) {
    Choice preset = preset(pass);
    // Those that come next to filling the tile.
    List<Integer> strips =
        IntStream.iterate(WARP, rows -> rows <= MOST_ROWS, rows -> rows + WARP)
            .map(rows -> rows / pass.width())
            .filter(strip -> strip > 0)
            .distinct()
            .boxed()
            .toList();
    return Space.of(choice -> legal(pass, choice))
        .with("strip", preset.of("strip"), strips)
        .with("tile_n", preset.of("tile_n"), List.of(16, 32, 64, 128))
        .with("item_m", preset.of("item_m"), List.of(2, 4, 8))
        .with("item_n", preset.of("item_n"), List.of(2, 4, 8, 16))
        .with("tile_k", preset.of("tile_k"), List.of(8, 16, 32, 64))
        .with(
            "registers",
            preset.of("registers"),
            cores ? List.of(80, 96, 128, 168, 255) : List.of());
  }

  private boolean legal(Pass pass, Choice choice) {
    Limits limits = script.context().limits();
    Cut cut = new Cut(choice, pass.width(), cores);
    return cut.divides()
        && pass.source() % cut.k() == 0
        && cut.m() <= MOST_ROWS
        && cut.items() <= Math.min(limits.group(), MOST_ITEMS)
        && cut.local(pass) <= limits.local();
  }

  /** Without tuning: the largest strips that leave a group for most units of the device. */
  private Choice preset(Pass pass) {
    int n = pass.channels() > 32 ? 64 : 32;
    Choice last = null;
    for (int rows : List.of(128, 64, 32)) {
      int strip = Math.max(1, rows / pass.width());
      for (int k : cores ? List.of(32, 16, 8) : List.of(16, 8)) {
        Choice choice =
            Choice.NONE
                .with("strip", strip)
                .with("tile_n", n)
                .with("item_m", cores ? Math.min(4, rows / 16) : rows / 16)
                .with("item_n", n / 8)
                .with("tile_k", k)
                .with("registers", REGISTERS);
        if (legal(pass, choice)) {
          last = choice;
          long groups = (pass.rows(batch) + strip - 1) / strip * ((pass.channels() + n - 1) / n);
          if (groups * 10 >= script.context().limits().units() * 7L) {
            return choice;
          }
          break;
        }
      }
    }
    return last;
  }

  /** How a pass is cut; null if it is for others. */
  private Cut cut(Pass pass, String stage) {
    Linear l = pass.l();
    boolean fits =
        !l.dense()
            && l.unitStrides()
            && l.window().kernelH() * l.window().kernelW() > 1
            && l.in().channels() % 8 == 0
            && l.filters() % 8 == 0;
    if (!fits || preset(pass) == null) {
      return null;
    }
    String precision = cores ? " " + script.context().precision().label() : "";
    String launch = FAMILY + (pass.data() ? " data " : " forward ") + l.shape(batch) + precision;
    Choice choice = script.context().choose(stage, launch, space(pass));
    return new Cut(choice, pass.width(), cores);
  }

  private Defines defines(Pass pass, Cut cut) {
    Linear l = pass.l();
    Defines defines =
        LinearDefines.of(l.in(), l.window(), l.filters(), batch)
            .with("DATA", pass.data())
            .with("STRIP", cut.strip())
            .with("TILE_M", cut.m())
            .with("TILE_N", cut.n())
            .with("TILE_K", cut.k())
            .with("ITEM_M", cut.itemM())
            .with("ITEM_N", cut.itemN())
            .tuned("UNROLL", script.context().limits().cpu() ? 1 : 4);
    if (cores && script.context().isNvidia()) {
      defines.registers(cut.registers());
    }
    return cores ? TensorCores.into(defines, script.context()) : defines;
  }

  private WorkSize over(Pass pass, Cut cut) {
    return new WorkSize(
        (pass.rows(batch) + cut.strip() - 1) / cut.strip(),
        (pass.channels() + cut.n() - 1L) / cut.n(),
        (long) cut.n() / cut.itemN(),
        (long) cut.m() / cut.itemM());
  }

  /** Partial results of a pass, a pair for each strip and channel. */
  private Partials partials(Pass pass, Cut cut, String what) {
    long strips = (pass.rows(batch) + cut.strip() - 1) / cut.strip();
    long buffer = script.memory().buffer(8 * strips * pass.channels(), what);
    return new Partials(buffer, cut.strip() * pass.width());
  }

  @Override
  public Partials forward(Linear l, Source x, Weights weights, long y, boolean moments) {
    String name = l.node().name() + " forward";
    Cut cut = x.gathered() == null ? cut(Pass.forward(l), name) : null;
    if (cut == null) {
      return others.forward(l, x, weights, y, moments);
    }
    Pass pass = Pass.forward(l);
    Partials partials = moments ? partials(pass, cut, "moments of " + l.node().name()) : null;
    Defines defines =
        defines(pass, cut).with("BIAS", weights.bias() != 0).with("STATISTICS", moments);
    script
        .stepped(name, l.node(), FAMILY, FAMILY, defines)
        .buffer(x.buffer())
        .buffer(weights.kernel())
        .buffer(script.or(weights.bias()))
        .buffer(y)
        .buffer(moments ? partials.buffer() : script.any())
        .over(over(pass, cut))
        .costs(l.flops(batch), l.traffic(batch));
    return partials;
  }

  @Override
  public int parts(Linear l) {
    return filter.fits(l) ? filter.parts(l) : others.parts(l);
  }

  @Override
  public Partials backward(Linear l, Source x, long dy, Wanted wanted, long parts) {
    Cut cut = wanted == null ? null : cut(Pass.data(l), l.node().name() + " data");
    boolean alone = x != null && filter.fits(l);
    if (cut == null && !alone) {
      return others.backward(l, x, dy, wanted, parts);
    }
    Partials partials = null;
    if (cut != null) {
      partials = data(l, cut, dy, wanted);
    } else if (wanted != null) {
      partials = others.backward(l, null, dy, wanted, 0);
    }
    if (alone) {
      filter.launch(l, x.buffer(), dy, parts);
    } else if (x != null) {
      others.backward(l, x, dy, null, parts);
    }
    return partials;
  }

  private Partials data(Linear l, Cut cut, long dy, Wanted wanted) {
    Pass pass = Pass.data(l);
    boolean sums = wanted.before() != null;
    Partials partials = sums ? partials(pass, cut, "sums of gradients") : null;
    Defines defines = defines(pass, cut).with("ACCUMULATE", wanted.accumulate()).with("SUMS", sums);
    if (sums) {
      ChainDefines.factors(defines, wanted.before().chain());
    }
    ChainKept kept = sums ? wanted.before().kept() : new ChainKept(0, 0, 0);
    script
        .stepped(l.node().name() + " data", l.node(), FAMILY, FAMILY, defines)
        .buffer(dy)
        .buffer(state.part(l.node(), "kernel"))
        .buffer(wanted.buffer())
        .buffer(script.or(kept.codes()))
        .buffer(script.or(kept.picked()))
        .buffer(script.or(kept.statistics()))
        .buffer(sums ? partials.buffer() : script.any())
        .over(over(pass, cut))
        .costs(l.flops(batch), l.traffic(batch));
    return partials;
  }
}
