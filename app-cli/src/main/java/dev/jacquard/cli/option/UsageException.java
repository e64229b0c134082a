package dev.jacquard.cli.option;

import dev.jacquard.error.JacquardException;

/**
 * The command line asks for something that it cannot mean: exit status 2 and a hint to the help.
 */
public final class UsageException extends JacquardException {
  private static final long serialVersionUID = 1L;

  /** Creates it with the line that the user is to read. */
  public UsageException(String message) {
    super(message);
  }

  /** Creates it with the line that the user is to read, and what caused it. */
  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
