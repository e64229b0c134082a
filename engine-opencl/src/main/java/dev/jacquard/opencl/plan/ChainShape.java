package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.StringJoiner;

/** How the launches of chains are divided among a device's cores. */
final class ChainShape {
  private static final int GROUP = 128;
  private static final int LEAST_GROUP = 64;
  private static final int MOST_GROUP = 256;
  private static final int MOST_LANES = 16;
  private static final int VECTOR = 4;

  /** Channels of a group that merges: so many lie on 64 bytes, which memory gives at once. */
  private static final int SLICE = 16;

  /** Tiles from which on merging takes longer than half the channels would cost. */
  private static final int MANY_TILES = 128;

  /** Tiles that a lane loads at once, see the kernels. */
  private static final int FAN_IN = 4;

  /** Bits of a block of draws. */
  private static final int BLOCK = 128;

  /** Bytes of local memory that a driver may take for itself. */
  private static final int SLACK = 1024;

  /** Numbers of all parts of the classifier's gradient, at most. */
  private static final long MOST_PARTED = 1 << 22;

  private final Limits limits;

  ChainShape(Limits limits) {
    this.limits = limits;
  }

  /** Tuning of a kernel that has all of so many channels in a group. */
  Defines into(Defines defines, int channels) {
    return into(defines, channels, width(channels));
  }

  /** Tuning of the classifier of so many units, whose items merge one channel each. */
  Defines intoTail(Defines defines, int units) {
    return into(defines, units, 1);
  }

  private Defines into(Defines defines, int channels, int width) {
    int all = Integer.highestOneBit(Math.max(1, group() * width / channels));
    int lanes = limits.rows() ? 1 : Math.min(all, MOST_LANES);
    return defines
        .with("GROUP", group())
        .with("LANES", lanes)
        .tuned("WIDTH", width)
        .tuned("ALIGNED", aligned(width) ? 1 : 0);
  }

  private int width(int channels) {
    int most = limits.rows() ? limits.vector() : VECTOR;
    return Math.min(Integer.lowestOneBit(channels), most);
  }

  private boolean aligned(int width) {
    return !limits.rows() && width > 1;
  }

  private int group() {
    return limits.rows() ? 1 : Math.min(GROUP, Integer.highestOneBit(limits.group()));
  }

  /**
   * What a launch of a chain does.
   *
   * @param tiles that each group merges; 0 for none
   * @param bits of a draw; 0 for none
   */
  record Work(Shape in, Shape out, int batch, long tiles, int bits) {
    int channels() {
      return in.channels();
    }

    /** Windows of all samples. */
    long windows() {
      return (long) batch * ChainDefines.pixels(out);
    }

    /** Rows of windows, each of which lies together. */
    long rows() {
      return (long) batch * (out.rank() == 3 ? out.dim(0) : 1);
    }
  }

  /**
   * How a launch of a chain is cut.
   *
   * @param group items of a group
   * @param lanes items that merge a vector of channels
   * @param width floats of such a vector
   * @param slice channels of a group
   * @param groups that there are
   */
  record Cut(int group, int lanes, int width, boolean aligned, int slice, long groups) {
    Defines into(Defines defines) {
      return defines
          .with("GROUP", group)
          .with("LANES", lanes)
          .tuned("SLICE", slice)
          .tuned("WIDTH", width)
          .tuned("ALIGNED", aligned ? 1 : 0);
    }

    WorkSize over() {
      return WorkSize.of(groups, group);
    }
  }

  /**
   * How a launch that makes a chain's output, or its input's gradient, is cut.
   *
   * @param stage of the plan
   * @param family its kernel's
   */
  Cut cut(Context context, String stage, String family, Work work) {
    boolean fixed = limits.rows();
    Space space =
        space(work, fixed ? 1 : group(work))
            .with("spread", fixed ? 4 : 3, List.of(1, 2, 3, 4, 6, 8, 12, 16));
    Choice choice = context.choose(stage, text(family, work), space);
    int slice = choice.of("slice");
    long slices = slices(work.channels(), slice);
    long most = (long) choice.of("spread") * limits.units();
    long along = choice.of("group") / (slice / width(work.channels()));
    long units = fixed ? work.rows() : (work.windows() + along - 1) / along;
    return cut(choice, work, slices * Math.max(1, Math.min(units, most / slices)));
  }

  /**
   * How a launch is cut that makes the sums of tiles of a chain's output.
   *
   * @param rows of a tile: so many lanes, as each of them waits for one row after the other
   */
  Cut sums(Context context, String stage, String family, Shape in, Shape out, int batch, int rows) {
    Work work = new Work(in, out, batch, (long) FAN_IN * rows, 0);
    Choice choice = context.choose(stage, text(family, work), space(work, group()));
    long tiles = (work.windows() + rows - 1) / rows;
    return cut(choice, work, tiles * slices(work.channels(), choice.of("slice")));
  }

  private Cut cut(Choice choice, Work work, long groups) {
    int width = width(work.channels());
    return new Cut(
        choice.of("group"), choice.of("lanes"), width, aligned(width), choice.of("slice"), groups);
  }

  private static long slices(int channels, int slice) {
    return (channels + slice - 1L) / slice;
  }

  private Space space(Work work, int group) {
    boolean fixed = limits.rows();
    int slice = fixed ? work.channels() : slice(work, group);
    return Space.of(choice -> legal(choice, work))
        .with("group", group, fixed ? List.of() : List.of(32, 64, 128, 256))
        .with(
            "lanes",
            fixed ? 1 : lanes(work, group, slice),
            fixed ? List.of() : List.of(1, 2, 4, 8, 16, 32, 64, 128))
        .with("slice", slice, fixed ? List.of() : List.of(4, 8, 16, 32, 64, 128, 256));
  }

  /** Items of a group: many, as each group merges, but more groups than units. */
  private int group(Work work) {
    long vectors = work.windows() * work.channels() / width(work.channels());
    int group = Math.min(MOST_GROUP, Integer.highestOneBit(limits.group()));
    while (group > LEAST_GROUP
        && (2 * vectors < 3L * group * limits.units()
            || local(work, group, slice(work, group)) > limits.local())) {
      group /= 2;
    }
    return group;
  }

  /** Channels of a group: few where it merges, all that it can have where it does not. */
  private int slice(Work work, int group) {
    int width = width(work.channels());
    int merging = work.tiles() > MANY_TILES ? SLICE / 2 : SLICE;
    int most = work.tiles() == 0 ? group * width : Math.max(merging, width);
    return Math.min(work.channels(), most);
  }

  /** Items that merge a channel: as many as there are, if there is something for all to load. */
  private int lanes(Work work, int group, int slice) {
    int all = Integer.highestOneBit(group / (slice / width(work.channels())));
    long busy = Math.max(1, (work.tiles() + FAN_IN - 1) / FAN_IN);
    return (int) Math.min(all, Long.highestOneBit(2 * busy - 1));
  }

  private static String text(String family, Work work) {
    return family + " " + text(work.in()) + " " + text(work.out()) + " b" + work.batch();
  }

  private static String text(Shape shape) {
    StringJoiner text = new StringJoiner("x");
    for (int axis = 0; axis < shape.rank(); axis++) {
      text.add(Integer.toString(shape.dim(axis)));
    }
    return text.toString();
  }

  private boolean legal(Choice choice, Work work) {
    int group = choice.of("group");
    int slice = choice.of("slice");
    int width = width(work.channels());
    return choice.of("lanes") <= group
        && group <= Math.min(limits.group(), MOST_GROUP)
        && slice % width == 0
        && slice <= Math.min(work.channels(), group * width)
        && local(work, group, slice) <= limits.local();
  }

  /** Bytes of local memory, at most. */
  private long local(Work work, int group, int slice) {
    int width = width(work.channels());
    int along = Math.max(1, group * width / slice);
    long drawn = work.bits() == 0 ? 0 : 128L * along * blocks(work, slice);
    return 16L * slice + (8L * width + 4) * group + drawn + SLACK;
  }

  /** Blocks of draws that a slice of a pixel's channels can touch. */
  private static int blocks(Work work, int slice) {
    int draws = BLOCK / work.bits();
    boolean within = draws % slice == 0 && work.channels() % slice == 0;
    return within ? 1 : (slice + draws - 2) / draws + 1;
  }

  /** So many groups of the classifier. */
  WorkSize over(long groups) {
    return WorkSize.of(groups, group());
  }

  /** Whether what a chain's kernels keep of so many channels fits into local memory. */
  boolean fitsChain(int channels) {
    // Where a group has all channels, a draw may take two bytes of each.
    long processor = 16L * channels + 8L * channels + 18 + BLOCK + SLACK;
    return !limits.rows() || processor <= limits.local();
  }

  /** Whether what the classifier keeps of its samples fits into local memory. */
  boolean fitsTail(int units, int classes) {
    long sample = 5L * units + 8L * classes + 24;
    return samples() * sample + 16L * group() + 12L * units + SLACK <= limits.local();
  }

  /**
   * Whether the classifier's gradient, of which each group makes a part, is not so large that its
   * parts take longer to write and to add than the launches that it saves.
   */
  boolean tailPays(int units, int classes, int samples) {
    return (long) groups(samples) * units * classes <= MOST_PARTED;
  }

  /** Groups of the classifier that share so many samples, and so the parts of what they make. */
  int groups(int samples) {
    return (samples + samples() - 1) / samples();
  }

  /** Samples of a group of the classifier. */
  int samples() {
    return limits.rows() ? 8 : 4;
  }
}
