package dev.jacquard.cli.run;

import dev.jacquard.backend.DeviceInfo;

/**
 * Where a run's numbers come from, besides its settings.
 *
 * @param network its name
 * @param device that it ran on
 * @param fingerprint of the training plan
 * @param version of this program
 * @param plannedSteps of the whole training
 */
public record RunOrigin(
    String network, DeviceInfo device, String fingerprint, String version, long plannedSteps) {}
