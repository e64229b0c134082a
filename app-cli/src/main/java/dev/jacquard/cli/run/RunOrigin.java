package dev.jacquard.cli.run;

import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.graph.Optimizer;

/**
 * Where a run's numbers come from, besides its settings.
 *
 * @param network its name
 * @param optimizer that it trains with
 * @param labelSmoothing of the training's loss
 * @param device that it ran on
 * @param fingerprint of the training plan
 * @param version of this program
 * @param plannedSteps of the whole training
 */
public record RunOrigin(
    String network,
    Optimizer optimizer,
    float labelSmoothing,
    DeviceInfo device,
    String fingerprint,
    String version,
    long plannedSteps) {
  /** The key of the optimiser's settings in {@code run.json}. */
  public static final String OPTIMIZER = "optimizer";
}
