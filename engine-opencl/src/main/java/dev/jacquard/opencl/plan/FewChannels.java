package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Chain;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Products on graphics processors, where a convolution of few input channels, as a network's first
 * has them, keeps its taps in registers; the others are tiles.
 */
final class FewChannels implements Products {
  private static final String FAMILY = "conv2d_few";

  /** Taps, at most: more of them fill a tile's depth. */
  private static final int MOST_TAPS = 32;

  /** Numbers of its taps that an item keeps in registers, at most. */
  private static final int KEPT = 64;

  private static final int VECTOR = 4;
  private static final int COLUMNS = 32;
  private static final int LANES = 32;
  private static final int ITEMS = 256;

  /** Bytes of local memory that leave room for several groups on a processor. */
  private static final int PATCH_BYTES = 16 * 1024;

  /** Bytes that local memory begins at a multiple of. */
  private static final int ALIGNMENT = 16;

  /** Numbers for which local memory has room while items add what they have. */
  private static final int ADDED = 4608;

  /** Strips of a group, at most: its rows are counted exactly. */
  private static final int MOST_RUN = 64;

  /** Groups that keep a unit busy. */
  private static final int GROUPS = 2;

  /** Parts of the weights' gradient, at most: more of them take longer to add than they save. */
  static final int MOST_PARTS = 128;

  private final Script script;
  private final Products others;
  private final int batch;
  private final long indices;

  /**
   * How a layer is cut.
   *
   * @param strip rows of an image that a group computes at a time
   * @param run strips of a group that computes the output
   * @param vector filters of an item
   * @param columns items along the filters
   * @param lanes items along the pixels
   * @param parts of the weights' gradient
   */
  private record Cut(int strip, int run, int vector, int columns, int lanes, int parts) {
    int panel() {
      return columns * vector;
    }
  }

  /**
   * Products of a batch.
   *
   * @param others does the other layers
   * @param indices the sample numbers of all steps
   */
  FewChannels(Script script, Products others, int batch, long indices) {
    this.script = script;
    this.others = others;
    this.batch = batch;
    this.indices = indices;
  }

  @Override
  public boolean gathers(Linear linear) {
    return true;
  }

  @Override
  public boolean passes(Linear linear) {
    return strip(linear) > 0;
  }

  @Override
  public boolean ends(Linear linear, Chain chain) {
    return strip(linear) == 0 && others.ends(linear, chain);
  }

  @Override
  public void forward(Linear linear, Source x, Weights weights, Chain chain, long out) {
    others.forward(linear, x, weights, chain, out);
  }

  /** How a layer is cut; null if it has too many taps, or a row of it no room. */
  private Cut cut(Linear l, String stage) {
    int strip = strip(l);
    if (strip == 0) {
      return null;
    }
    Choice choice = script.context().choose(stage, FAMILY + " " + l.shape(batch), space(l, strip));
    int vector = choice.of("vector");
    int columns = Math.min(l.filters() / vector, COLUMNS);
    int lanes = choice.of("lanes");
    return new Cut(
        choice.of("strip"), choice.of("run"), vector, columns, lanes, choice.of("parts"));
  }

  /** Filters of an item: as many as leave all their taps in registers, so many times. */
  static int vector(Linear l, int times) {
    int vector = Math.min(VECTOR, Integer.lowestOneBit(l.filters()));
    while (vector > 1 && vector * l.taps() * times > KEPT) {
      vector /= 2;
    }
    return vector;
  }

  private Space space(Linear l, int strip) {
    int vector = vector(l, 1);
    int items = Math.min(script.context().limits().group(), ITEMS);
    int lanes = Math.max(1, Math.min(LANES, items / Math.min(l.filters() / vector, COLUMNS)));
    int parts = (int) Math.min(strips(l, strip), MOST_PARTS);
    int run = (int) Math.min((strips(l, strip) - 1) / wanted() + 1, MOST_RUN);
    return Space.of(choice -> legal(l, choice, items))
        .with("strip", strip, IntStream.rangeClosed(1, l.window().outH()).boxed().toList())
        .with("lanes", lanes, List.of(8, 16, 24, 32, 64))
        .with("vector", vector, List.of(1, 2, 4))
        .with("run", run, List.of(1, 2, 3, 4, 8))
        .with("parts", parts, List.of(32, 64, 128, 256));
  }

  private boolean legal(Linear l, Choice choice, int items) {
    int strip = choice.of("strip");
    int vector = choice.of("vector");
    int columns = Math.min(l.filters() / vector, COLUMNS);
    int lanes = choice.of("lanes");
    long lanesBytes = lanesBytes(l, lanes * columns * vector);
    return l.window().outH() % strip == 0
        && l.filters() % vector == 0
        && vector * l.taps() <= 2 * KEPT
        && columns * lanes <= items
        && choice.of("parts") <= strips(l, strip)
        && patchBytes(l, strip) + lanesBytes + ALIGNMENT <= script.context().limits().local();
  }

  /** Bytes for what so many numbers of a group's items add: of a tap, or several at once. */
  static long lanesBytes(Linear l, int numbers) {
    return 4L * numbers * Math.max(1, Math.min(l.taps(), ADDED / numbers));
  }

  /** Bytes of the input that so many rows of the output see. */
  static long patchBytes(Linear l, int strip) {
    long rows = (strip - 1L) * l.window().strideH() + l.window().kernelH();
    long columns = (l.window().outW() - 1L) * l.window().strideW() + l.window().kernelW();
    return 4 * rows * columns * l.in().channels();
  }

  /**
   * Rows of a strip, which divide the output's: few enough to fill the device, and for local memory
   * to have room beside them for what the items add. 0 for a layer that is none of few taps, or of
   * which not even a row fits.
   */
  int strip(Linear l) {
    int height = l.dense() || l.taps() > MOST_TAPS ? 0 : l.window().outH();
    long rest = script.context().limits().local() - Float.BYTES * ADDED - ALIGNMENT;
    long bytes = Math.min(PATCH_BYTES, rest);
    for (int strip = height; strip > 0; strip--) {
      boolean fills = strips(l, strip) >= wanted() || strip == 1 || strip * 4 <= height;
      if (height % strip == 0 && patchBytes(l, strip) <= bytes && fills) {
        return strip;
      }
    }
    return 0;
  }

  private long wanted() {
    return (long) GROUPS * script.context().limits().units();
  }

  private long strips(Linear l, int strip) {
    return (long) batch * (l.window().outH() / strip);
  }

  private Defines shape(Linear l, Cut cut, Source x) {
    return Source.into(LinearDefines.of(l.in(), l.window(), l.filters(), batch), x)
        .with("STRIP", cut.strip())
        .with("LANES", cut.lanes())
        .tuned("UNROLL", script.context().limits().cpu() ? 0 : 1)
        .tuned("VECTOR", cut.vector())
        .tuned("PANEL", cut.panel());
  }

  private WorkSize over(Linear l, Cut cut, long groups) {
    long panels = (l.filters() + cut.panel() - 1L) / cut.panel();
    return new WorkSize(groups, panels, cut.columns(), cut.lanes());
  }

  @Override
  public Partials forward(Linear l, Source x, Weights weights, long y, boolean moments) {
    String name = l.node().name() + " forward";
    Cut cut = cut(l, name);
    if (cut == null) {
      return others.forward(l, x, weights, y, moments);
    }
    long runs = (strips(l, cut.strip()) + cut.run() - 1) / cut.run();
    long partials =
        moments
            ? script.memory().buffer(8 * runs * l.filters(), "moments of " + l.node().name())
            : script.any();
    Defines defines =
        shape(l, cut, x)
            .with("BIAS", weights.bias() != 0)
            .with("STATISTICS", moments)
            .with("RUN", cut.run());
    x.give(script.launch(name, l.node(), FAMILY, FAMILY, defines))
        .buffer(indices)
        .buffer(script.steps())
        .step()
        .buffer(weights.kernel())
        .buffer(script.or(weights.bias()))
        .buffer(y)
        .buffer(partials)
        .over(over(l, cut, runs))
        .costs(l.flops(batch), l.traffic(batch, x.bytes(), 1));
    return moments ? new Partials(partials, cut.run() * cut.strip() * l.window().outW()) : null;
  }

  @Override
  public int parts(Linear l) {
    Cut cut = cut(l, l.node().name() + " filter");
    return cut == null ? others.parts(l) : cut.parts();
  }

  @Override
  public Sums backward(Linear l, Source x, long dy, Wanted wanted, long parts) {
    String name = l.node().name() + " filter";
    Cut cut = cut(l, name);
    if (cut == null) {
      return others.backward(l, x, dy, wanted, parts);
    }
    Defines defines = shape(l, cut, x).with("PARTS", cut.parts());
    Launch launch = script.stepped(name, l.node(), FAMILY, FAMILY + "_filter", defines);
    x.give(launch)
        .buffer(indices)
        .buffer(dy)
        .buffer(parts)
        .over(over(l, cut, cut.parts()))
        .costs(l.flops(batch), l.traffic(batch, x.bytes(), cut.parts()));
    return wanted == null ? null : others.backward(l, null, dy, wanted, 0);
  }
}
