package dev.jacquard.error;

/**
 * A failure that the user can do something about. Its message is one clear line (rarely a few):
 * what went wrong, where, what was expected, what was received and what to do. Programs print the
 * message alone; the stack trace is for debugging.
 */
public class JacquardException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates a failure with the line that the user is to read. */
  public JacquardException(String message) {
    super(message);
  }

  /** Creates a failure with the line that the user is to read, and what caused it. */
  public JacquardException(String message, Throwable cause) {
    super(message, cause);
  }
}
