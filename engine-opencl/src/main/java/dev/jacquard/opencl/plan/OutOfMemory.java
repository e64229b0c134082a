package dev.jacquard.opencl.plan;

import dev.jacquard.error.JacquardException;

/** A buffer does not fit onto the device. */
final class OutOfMemory extends JacquardException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final long limit;

  /**
   * A failure.
   *
   * @param problem what did not fit, and what there is
   * @param remedy what the user can do
   * @param limit bytes that this process can have in use on the device, as far as it is known now
   */
  OutOfMemory(String problem, String remedy, long limit, Throwable cause) {
    super(problem + "; " + remedy, cause);
    this.problem = problem;
    this.limit = limit;
  }

  /** This failure with a remedy that its caller knows better. */
  OutOfMemory with(String remedy) {
    return new OutOfMemory(problem, remedy, limit, this);
  }

  /** Bytes that this process can have in use on the device. */
  long limit() {
    return limit;
  }
}
