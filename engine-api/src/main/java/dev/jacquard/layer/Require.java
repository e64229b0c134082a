package dev.jacquard.layer;

import dev.jacquard.error.JacquardException;

/** What layers ask of their settings, whether these come from a file or from code. */
final class Require {
  private Require() {}

  static void atLeast(String setting, int value, int minimum) {
    between(setting, value, minimum, Integer.MAX_VALUE);
  }

  static void between(String setting, int value, int minimum, int maximum) {
    if (value < minimum || value > maximum) {
      throw new JacquardException(
          setting + ": expected " + Received.wholeNumber(minimum, maximum) + ", received " + value);
    }
  }
}
