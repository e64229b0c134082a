package dev.jacquard.train;

import dev.jacquard.error.JacquardException;
import java.util.Optional;

/** Training left the finite numbers: a loss or a weight is NaN or infinite. It cannot come back. */
public final class NonFiniteException extends JacquardException {
  private static final long serialVersionUID = 1L;

  private NonFiniteException(String message) {
    super(message);
  }

  /**
   * The failure, with its remedy.
   *
   * @param what became of what, and when
   * @param checkpoint where the last whole one is, if there is one
   */
  static NonFiniteException of(String what, Optional<String> checkpoint) {
    return new NonFiniteException(
        what
            + "; use a lower learning rate; "
            + checkpoint
                .map(where -> "the last good checkpoint is kept in " + where)
                .orElse("no checkpoint was written before"));
  }
}
