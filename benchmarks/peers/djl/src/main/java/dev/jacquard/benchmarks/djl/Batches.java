package dev.jacquard.benchmarks.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.jacquard.benchmarks.measure.Pictures;

/** Where a step gets its batches from. */
interface Batches {
  /** A batch's images and labels; {@code manager} frees what is made for this step alone. */
  Batch get(int number, NDManager manager);

  /** How many there are; the last may be smaller, for inference. */
  int count();

  /**
   * Images and labels.
   *
   * @param images {@code [n, 1, 28, 28]}
   * @param labels {@code [n]}
   */
  record Batch(NDArray images, NDArray labels) {}

  /** Made from bytes when asked for, as DJL's own data sets do. */
  static Batches onDemand(Pictures pictures, int size, boolean tail) {
    int count = tail ? (pictures.size() + size - 1) / size : pictures.size() / size;
    return new Batches() {
      @Override
      public Batch get(int number, NDManager manager) {
        int from = number * size;
        int n = Math.min(size, pictures.size() - from);
        NDArray images =
            manager.create(pictures.scaled(from, n), new Shape(n, 1, Pictures.SIDE, Pictures.SIDE));
        float[] labels = new float[n];
        for (int i = 0; i < n; i++) {
          labels[i] = pictures.label(from + i);
        }
        return new Batch(images, manager.create(labels));
      }

      @Override
      public int count() {
        return count;
      }
    };
  }

  /** All made now; they live as long as {@code manager}. */
  static Batches prepared(Batches source, NDManager manager) {
    Batch[] batches = new Batch[source.count()];
    for (int i = 0; i < batches.length; i++) {
      batches[i] = source.get(i, manager);
    }
    return new Batches() {
      @Override
      public Batch get(int number, NDManager perStep) {
        // Results belong to the manager of their inputs, so these too must be the step's for a
        // while.
        Batch batch = batches[number];
        batch.images().tempAttach(perStep);
        batch.labels().tempAttach(perStep);
        return batch;
      }

      @Override
      public int count() {
        return batches.length;
      }
    };
  }
}
