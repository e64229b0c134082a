package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.WorkSize;

/** How the launches of chains are divided among a device's cores. */
final class ChainShape {
  private static final int GROUP = 128;
  private static final int MOST_LANES = 16;
  private static final int VECTOR = 4;

  /** Bytes of local memory that a driver may take for itself. */
  private static final int SLACK = 1024;

  private final Limits limits;

  ChainShape(Limits limits) {
    this.limits = limits;
  }

  /** Tuning of a kernel over so many channels. */
  Defines into(Defines defines, int channels) {
    int most = limits.processor() ? limits.vector() : VECTOR;
    int width = Math.min(Integer.lowestOneBit(channels), most);
    return defines
        .with("GROUP", group())
        .with("LANES", lanes(channels, width))
        .tuned("WIDTH", width)
        .tuned("ALIGNED", !limits.processor() && width > 1 ? 1 : 0);
  }

  /** Items that merge a channel: as many as let all items of a group do it. */
  private int lanes(int channels, int width) {
    int all = Integer.highestOneBit(Math.max(1, group() * width / channels));
    return limits.processor() ? 1 : Math.min(all, MOST_LANES);
  }

  private int group() {
    return limits.processor() ? 1 : Math.min(GROUP, Integer.highestOneBit(limits.group()));
  }

  /** Groups over units of work, each of which begins by merging what the launch before left. */
  WorkSize over(long units) {
    long most = limits.processor() ? 4L * limits.units() : 2L * limits.units();
    return WorkSize.of(Math.max(1, Math.min(units, most)), group());
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
