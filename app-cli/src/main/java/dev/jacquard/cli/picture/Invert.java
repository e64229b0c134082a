package dev.jacquard.cli.picture;

import dev.jacquard.cli.console.Labels;
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
   * @throws dev.jacquard.error.JacquardException if there is none
   */
  public static Invert named(String name) {
    return Labels.parse(values(), invert -> invert.name().toLowerCase(Locale.ROOT), name);
  }
}
