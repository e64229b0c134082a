package dev.jacquard.backend;

/** The losses and hits of a stretch's steps, step by step. Made once and refilled. */
public final class StretchResult {
  private final float[] losses;
  private final int[] hits;

  /** Room for {@code capacity} steps. */
  public StretchResult(int capacity) {
    losses = new float[capacity];
    hits = new int[capacity];
  }

  /** The mean loss over each step's samples, before its update; not a copy. */
  public float[] losses() {
    return losses;
  }

  /**
   * How many of each step's samples were classified right before its update: the first of the
   * greatest logits is the label's; not a copy.
   */
  public int[] hits() {
    return hits;
  }
}
