package dev.jacquard.cpu.plan;

import java.util.Arrays;

/** A batch in memory: an array and how images lie in it. */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, never compared
record Rows(float[] values, Layout layout) {
  /** Where a pixel of an image begins. */
  int at(int image, int h, int w) {
    return layout.origin() + image * layout.image() + h * layout.row() + w * layout.physical();
  }

  /** Makes channels that only fill up a vector 0 again, in a row of an image. */
  void clearGaps(int image, int h) {
    int group = layout.physicalGroup();
    int gap = group - layout.group();
    int row = at(image, h, 0);
    for (int end = group; gap > 0 && end <= layout.width() * layout.physical(); end += group) {
      Arrays.fill(values, row + end - gap, row + end, 0f);
    }
  }

  /** Makes an image's pixels 0. */
  void clear(int image) {
    for (int h = 0; h < layout.height(); h++) {
      int from = at(image, h, 0);
      Arrays.fill(values, from, from + layout.width() * layout.physical(), 0f);
    }
  }
}
