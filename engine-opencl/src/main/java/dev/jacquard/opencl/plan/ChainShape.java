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
  private static final int MOST_LANES = 16;
  private static final int MOST_GROUP = 256;
  private static final int VECTOR = 4;

  /** Bytes of local memory that a driver may take for itself. */
  private static final int SLACK = 1024;

  private final Limits limits;

  ChainShape(Limits limits) {
    this.limits = limits;
  }

  /** Tuning of a kernel over so many channels. */
  Defines into(Defines defines, int channels) {
    int width = width(channels);
    return new Cut(group(), lanes(channels, width), width, aligned(width), 0).into(defines);
  }

  private int width(int channels) {
    int most = limits.processor() ? limits.vector() : VECTOR;
    return Math.min(Integer.lowestOneBit(channels), most);
  }

  private boolean aligned(int width) {
    return !limits.processor() && width > 1;
  }

  /** Items that merge a channel: as many as let all items of a group do it. */
  private int lanes(int channels, int width) {
    int all = Integer.highestOneBit(Math.max(1, group() * width / channels));
    return limits.processor() ? 1 : Math.min(all, MOST_LANES);
  }

  private int group() {
    return limits.processor() ? 1 : Math.min(GROUP, Integer.highestOneBit(limits.group()));
  }

  /**
   * How a launch of a chain is cut.
   *
   * @param group items of a group
   * @param lanes items that merge a vector of channels
   * @param width floats of such a vector
   * @param most groups, at most: each begins by merging what the launch before left
   */
  record Cut(int group, int lanes, int width, boolean aligned, long most) {
    Defines into(Defines defines) {
      return defines
          .with("GROUP", group)
          .with("LANES", lanes)
          .tuned("WIDTH", width)
          .tuned("ALIGNED", aligned ? 1 : 0);
    }

    /** Groups over units of work. */
    WorkSize over(long units) {
      return WorkSize.of(Math.max(1, Math.min(units, most)), group);
    }
  }

  /**
   * How a launch is cut.
   *
   * @param stage of the plan
   * @param family its kernel's
   */
  Cut cut(Context context, String stage, String family, Shape in, Shape out, int batch) {
    int channels = in.channels();
    int width = width(channels);
    Space space =
        Space.of(choice -> legal(choice, channels, width))
            .with("group", group(), limits.processor() ? List.of() : List.of(32, 64, 128, 256))
            .with(
                "lanes",
                lanes(channels, width),
                limits.processor() ? List.of() : List.of(1, 2, 4, 8, 16, 32))
            .with("spread", limits.processor() ? 4 : 2, List.of(1, 2, 3, 4, 6, 8, 12, 16));
    Choice choice =
        context.choose(stage, family + " " + text(in) + " " + text(out) + " b" + batch, space);
    return new Cut(
        choice.of("group"),
        choice.of("lanes"),
        width,
        aligned(width),
        (long) choice.of("spread") * limits.units());
  }

  private static String text(Shape shape) {
    StringJoiner text = new StringJoiner("x");
    for (int axis = 0; axis < shape.rank(); axis++) {
      text.add(Integer.toString(shape.dim(axis)));
    }
    return text.toString();
  }

  private boolean legal(Choice choice, int channels, int width) {
    int group = choice.of("group");
    return choice.of("lanes") <= group
        && group <= Math.min(limits.group(), MOST_GROUP)
        && 16L * channels + (4L * width + 2) * group + SLACK <= limits.local();
  }

  /** So many groups. */
  WorkSize groups(long groups) {
    return WorkSize.of(groups, group());
  }

  /** Whether what a chain's kernels keep of so many channels fits into local memory. */
  boolean fitsChain(int channels) {
    return 16L * channels + 18L * group() + SLACK <= limits.local();
  }

  /** Whether what the classifier keeps of its samples fits into local memory. */
  boolean fitsTail(int units, int classes) {
    long sample = 5L * units + 8L * classes + 8;
    return samples() * sample + 16L * group() + 12L * units + SLACK <= limits.local();
  }

  /** Samples of a group of the classifier. */
  int samples() {
    return limits.processor() ? 8 : 4;
  }
}
