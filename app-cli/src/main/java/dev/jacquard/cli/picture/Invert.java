package dev.jacquard.cli.picture;

import dev.jacquard.error.JacquardException;
import java.util.Locale;

/** Whether light and dark are exchanged. */
public enum Invert {
  /**
   * If something dark is seen on a light ground, as on most photos; never for a network that takes
   * colours.
   */
  AUTO,
  /** Always. */
  YES,
  /** Never. */
  NO;

  /**
   * The one of this name in small letters.
   *
   * @throws JacquardException if there is none
   */
  public static Invert named(String name) {
    for (Invert invert : values()) {
      if (invert.name().toLowerCase(Locale.ROOT).equals(name)) {
        return invert;
      }
    }
    throw new JacquardException("expected auto, yes or no, received " + name);
  }
}
