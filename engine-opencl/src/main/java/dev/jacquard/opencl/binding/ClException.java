package dev.jacquard.opencl.binding;

import dev.jacquard.error.JacquardException;

/** An OpenCL call that failed. */
public final class ClException extends JacquardException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final boolean explained;

  /**
   * A failure.
   *
   * @param call the function, and what it was about
   * @param status what it returned
   */
  public ClException(String call, int status) {
    super(call + ": " + ClStatus.name(status));
    this.status = status;
    this.explained = false;
  }

  /** A program that a compiler refuses, which explains it. */
  ClException(String call, int status, BuildLog log) {
    super(call + ": " + ClStatus.name(status) + System.lineSeparator() + log.text());
    this.status = status;
    this.explained = !log.log().isBlank();
  }

  /** A failure of which its caller knows more: {@code message} takes the place of its own. */
  public ClException(String message, ClException cause) {
    super(message, cause);
    this.status = cause.status;
    this.explained = cause.explained;
  }

  /**
   * Checks what a call returned.
   *
   * @param call the function, and what it was about
   * @throws ClException if that is not success
   */
  static void check(String call, int status) {
    if (status != ClStatus.SUCCESS) {
      throw new ClException(call, status);
    }
  }

  /** Whether a driver says so where a device's memory is exhausted, or may be. */
  public boolean isOutOfMemory() {
    return status == ClStatus.MEM_OBJECT_ALLOCATION_FAILURE
        || status == ClStatus.OUT_OF_RESOURCES
        || status == ClStatus.OUT_OF_HOST_MEMORY
        || status == ClStatus.INVALID_BUFFER_SIZE;
  }

  /**
   * Whether a driver says so where it may mean something else than memory: NVIDIA's also answers so
   * to a kernel that asks for too many registers, and to whatever waits for one that has faulted.
   */
  public boolean isOutOfResources() {
    return status == ClStatus.OUT_OF_RESOURCES;
  }

  /**
   * Whether a program does not compile, which is no fault of the device. Drivers say so by more
   * than one status, NVIDIA's by want of resources where a kernel takes too many registers; but
   * where the device is gone, no compiler says why.
   */
  public boolean isBuildFailure() {
    return status == ClStatus.BUILD_PROGRAM_FAILURE
        || status == ClStatus.INVALID_BUILD_OPTIONS
        || (explained && status != ClStatus.OUT_OF_HOST_MEMORY);
  }
}
