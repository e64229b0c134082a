package dev.jacquard.opencl.tuning;

/** Decides how launches are cut. Thread-safe. */
@FunctionalInterface
public interface Chooser {
  /**
   * Decides one.
   *
   * @param stage of the plan that it is for
   * @param launch the kernel's family, a blank, and the shape: equal for launches that are equally
   *     fast
   * @param space what there is to choose
   */
  Choice choose(String stage, String launch, Space space);

  /** By what was found to be fast. */
  static Chooser of(Tuning tuning) {
    return (stage, launch, space) -> tuning.choose(launch, space);
  }
}
