package dev.jacquard.network;

/** How the learning rate goes from the first step of a training to its last. */
public enum Schedule {
  /** The peak throughout. */
  CONSTANT("constant"),
  /** From the peak down to 0 along half a cosine: {@code peak * (1 + cos(pi * t / T)) / 2}. */
  COSINE("cosine"),
  /**
   * One cycle (Smith and Topin 2019): for the first quarter up from 4 % of the peak to the peak,
   * then down to 0, both along half a cosine.
   */
  ONE_CYCLE("one-cycle");

  private static final double WARM_UP = 0.25;
  private static final double START = 0.04;

  private final String label;

  Schedule(String label) {
    this.label = label;
  }

  /** The name in network files and on the command line: {@code one-cycle}. */
  public String label() {
    return label;
  }

  /**
   * The learning rate of one step.
   *
   * @param peak the highest rate
   * @param step from 0
   * @param total how many steps the training has
   * @throws IllegalArgumentException if the step is not one of {@code total}
   */
  public double rate(double peak, long step, long total) {
    if (step < 0 || step >= total) {
      throw new IllegalArgumentException("step " + step + " of " + total);
    }
    return switch (this) {
      case CONSTANT -> peak;
      case COSINE -> ease(peak, 0, (double) step / total);
      case ONE_CYCLE -> {
        double warm = WARM_UP * total;
        yield step < warm
            ? ease(START * peak, peak, step / warm)
            : ease(peak, 0, (step - warm) / (total - warm));
      }
    };
  }

  /** From one value to another along half a cosine, {@code progress} going from 0 to 1. */
  private static double ease(double from, double to, double progress) {
    return to + (from - to) * (1 + Math.cos(Math.PI * progress)) / 2;
  }
}
