package dev.jacquard.backend;

import dev.jacquard.error.JacquardException;

/**
 * A device or its driver failed, or is gone. What its sessions hold is lost to them; a training can
 * go on from its last checkpoint.
 */
public final class DeviceException extends JacquardException {
  private static final long serialVersionUID = 1L;

  /** A failure: which device, in what, and what can be done about it. */
  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
