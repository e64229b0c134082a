package dev.jacquard.cli.picture;

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
  NO
}
