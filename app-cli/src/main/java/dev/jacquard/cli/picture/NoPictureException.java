package dev.jacquard.cli.picture;

import dev.jacquard.error.JacquardException;

/** A file is not a picture at all, as opposed to a damaged one or one of a format not read. */
public final class NoPictureException extends JacquardException {
  private static final long serialVersionUID = 1L;

  private final String received;

  /**
   * Creates it.
   *
   * @param message the line for the user
   * @param received what the file is instead
   */
  NoPictureException(String message, String received) {
    super(message);
    this.received = received;
  }

  /** What the file is instead. */
  public String received() {
    return received;
  }
}
