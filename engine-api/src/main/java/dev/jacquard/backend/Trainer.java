package dev.jacquard.backend;

/** A compiled training plan. */
public interface Trainer extends AutoCloseable {
  /**
   * Trains through every step of {@code stretch} and returns when its results are there.
   *
   * @param data resident in the same session
   * @param stretch any number of steps; a trainer may cut it to the size of its buffers
   * @param result filled for the stretch's steps
   * @throws dev.jacquard.error.JacquardException as {@link Stretch#check}, or if the data is of
   *     another session
   * @throws DeviceException if the device or its driver fails
   */
  void run(ResidentData data, Stretch stretch, StretchResult result);

  /** What was compiled. */
  Plan plan();

  /** Frees it. Closing again does nothing. */
  @Override
  void close();
}
