package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.kernel.MomentsKernel;
import dev.jacquard.cpu.kernel.MomentsSpec;

/**
 * Mean and variance of each channel over a batch: of groups of images first, then merged in the
 * order of the groups (Chan, Golub and LeVeque 1979), so that threads do not touch the result, and
 * cancellation does no more than {@link MomentsKernel} says.
 */
final class Moments implements BatchMoments {
  private final MomentsKernel kernel;
  private final Images values;
  private final Layout layout;
  private final int perGroup;
  private final float[] partial;
  private final double[] mean;
  private final double[] deviations;
  private double count;

  /**
   * The moments of {@code values}.
   *
   * @param perGroup images of a group
   */
  Moments(Kernels kernels, Images values, int perGroup, int batch, Arena arena) {
    this.values = values;
    this.layout = values.layout();
    this.perGroup = perGroup;
    int channels = layout.physical();
    this.kernel =
        kernels.moments(
            new MomentsSpec(
                layout.height(),
                layout.width(),
                layout.row(),
                channels,
                LinearShape.vectors(channels, kernels.lanes())));
    long groups = (batch + perGroup - 1L) / perGroup;
    this.partial = arena.floats(groups * 2 * channels, "batch statistics");
    this.mean = arena.doubles(channels, "batch means");
    this.deviations = arena.doubles(channels, "batch variances");
  }

  /** Computes the share of the group that begins with image {@code first}, for some channels. */
  void group(int first, int images, int channel, int channels, int worker) {
    int physical = layout.physical();
    kernel.run(
        values.array(worker),
        values.at(first, first) + channel,
        images,
        layout.image(),
        channels,
        partial,
        first / perGroup * 2 * physical + channel,
        physical);
  }

  @Override
  public void merge(Step step) {
    int channels = layout.physical();
    java.util.Arrays.fill(mean, 0);
    java.util.Arrays.fill(deviations, 0);
    count = 0;
    for (int first = 0, at = 0; first < step.n; first += perGroup, at += 2 * channels) {
      double more = (double) Math.min(perGroup, step.n - first) * layout.pixels();
      double share = more / (count + more);
      double weight = count * share;
      for (int c = 0; c < channels; c++) {
        double delta = partial[at + c] - mean[c];
        mean[c] += delta * share;
        deviations[c] += partial[at + channels + c] + delta * delta * weight;
      }
      count += more;
    }
  }

  @Override
  public double mean(int c) {
    return mean[c];
  }

  @Override
  public double variance(int c) {
    return deviations[c] / count;
  }
}
