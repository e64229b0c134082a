package dev.jacquard.cli.bench;

import java.util.Optional;

/**
 * The time to the first step, before anything else and after everything else.
 *
 * @param batch samples of the step
 * @param cache whether the backend keeps what it compiles, and was told not to the first time. What
 *     the device's driver keeps by itself cannot be seen from here
 * @param first of this process: nothing is loaded, and bytecode is interpreted
 * @param again when all else was measured, with what was compiled kept where there is a cache;
 *     empty if a failure came before
 */
public record FirstSteps(int batch, boolean cache, FirstStep first, Optional<FirstStep> again) {
  /** With the second time. */
  FirstSteps and(FirstStep later) {
    return new FirstSteps(batch, cache, first, Optional.of(later));
  }
}
