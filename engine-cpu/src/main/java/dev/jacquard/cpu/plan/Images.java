package dev.jacquard.cpu.plan;

/**
 * A value of a batch: in one array, or passing through an array of each worker's own, a group of
 * images at a time, from the stage's product to what follows it at once.
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, never compared
record Images(float[][] arrays, Layout layout, boolean passing) {

  /** A whole batch in one array. */
  static Images resident(float[] values, Layout layout) {
    return new Images(new float[][] {values}, layout, false);
  }

  /**
   * Room for {@code group} images for each worker, or for {@code batch} images, a multiple of the
   * group, where that is less.
   */
  static Images passing(
      Layout layout, int group, int workers, int batch, String what, Arena arena) {
    if ((long) workers * group >= batch) {
      return resident(arena.vectors((long) batch * layout.image(), what), layout);
    }
    float[][] arrays = new float[workers][];
    for (int worker = 0; worker < workers; worker++) {
      arrays[worker] = arena.aligned((long) group * layout.image(), what);
    }
    return new Images(arrays, layout, true);
  }

  /** The array that this worker is to use. */
  float[] array(int worker) {
    return arrays[passing ? worker : 0];
  }

  /** Where an image of the group that begins with image {@code first} has its first pixel. */
  int at(int image, int first) {
    return layout.origin() + (passing ? image - first : image) * layout.image();
  }
}
