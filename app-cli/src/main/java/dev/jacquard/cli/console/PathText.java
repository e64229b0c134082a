package dev.jacquard.cli.console;

import dev.jacquard.error.JacquardException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Paths as texts, of which some are no path on this system or in this locale. */
public final class PathText {
  private PathText() {}

  /**
   * The path that a text is.
   *
   * @throws JacquardException if it is none
   */
  public static Path parse(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new JacquardException(
          "expected a path, received "
              + text
              + ": "
              + e.getReason()
              + "; if its letters are not ASCII, use a UTF-8 locale such as LC_ALL=C.UTF-8",
          e);
    }
  }
}
