package dev.jacquard.backend;

/**
 * What a device does at most, as small programs measured it: a chain of multiply-adds in registers,
 * and a copy in global memory. After Williams, Waterman and Patterson, "Roofline" (2009).
 *
 * @param flopsPerSecond fp32 operations; a multiply-add is two
 * @param bytesPerSecond read and written together
 */
public record Roofline(double flopsPerSecond, double bytesPerSecond) {
  /** The least seconds for so much arithmetic and traffic. */
  public double seconds(long flops, long bytes) {
    return Math.max(flops / flopsPerSecond, bytes / bytesPerSecond);
  }

  /** The higher of each: what else runs on a device can only make it seem to do less. */
  public Roofline or(Roofline other) {
    return new Roofline(
        Math.max(flopsPerSecond, other.flopsPerSecond),
        Math.max(bytesPerSecond, other.bytesPerSecond));
  }
}
