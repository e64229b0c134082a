package dev.jacquard.cpu.plan;

/** A batch in memory: an array and how images lie in it. */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, never compared
record Rows(float[] values, Layout layout) {
  /** Where a pixel of an image begins. */
  int at(int image, int h, int w) {
    return layout.origin() + image * layout.image() + h * layout.row() + w * layout.physical();
  }
}
