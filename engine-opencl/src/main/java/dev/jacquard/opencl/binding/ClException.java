package dev.jacquard.opencl.binding;

import dev.jacquard.error.JacquardException;

/** An OpenCL call that failed. */
public final class ClException extends JacquardException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A failure.
   *
   * @param call the function, and what it was about
   * @param status what it returned
   */
  public ClException(String call, int status) {
    super(call + ": " + ClStatus.name(status));
    this.status = status;
  }

  /** A failure that a compiler explains. */
  ClException(String call, int status, BuildLog log) {
    super(call + ": " + ClStatus.name(status) + System.lineSeparator() + log.text());
    this.status = status;
  }

  /** What the function returned. */
  public int status() {
    return status;
  }
}
