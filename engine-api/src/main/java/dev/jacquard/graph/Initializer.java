package dev.jacquard.graph;

import dev.jacquard.random.Philox;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/** How a parameter's first values come about, by Keras's names. */
public enum Initializer {
  /** All 0. */
  ZEROS,
  /** All 1. */
  ONES,
  /** Uniform within {@code sqrt(6 / (fanIn + fanOut))} of 0 (Glorot and Bengio 2010). */
  GLOROT_UNIFORM,
  /** Uniform within {@code sqrt(6 / fanIn)} of 0 (He and others 2015). */
  HE_UNIFORM;

  /** The name in a network file: {@code glorot_uniform}. */
  public String kerasName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The values of a parameter. They depend on nothing but the arguments.
   *
   * @param shape as a kernel: {@code [..., in, out]}, what is before being the receptive field
   * @param seed the run's seed
   * @param id the parameter's number in its graph
   */
  public Tensor values(Shape shape, long seed, int id) {
    float[] values = new float[shape.elements()];
    switch (this) {
      case ZEROS -> {}
      case ONES -> Arrays.fill(values, 1);
      case GLOROT_UNIFORM ->
          uniform(values, Math.sqrt(6.0 / (fan(shape, -2) + fan(shape, -1))), seed, id);
      case HE_UNIFORM -> uniform(values, Math.sqrt(6.0 / fan(shape, -2)), seed, id);
    }
    return Tensor.of(shape, values);
  }

  private static double fan(Shape shape, int axis) {
    if (shape.rank() < 2) {
      return shape.elements();
    }
    double field = (double) shape.elements() / shape.dim(-1) / shape.dim(-2);
    return field * shape.dim(axis);
  }

  private static void uniform(float[] values, double limit, long seed, int id) {
    int[] words = new int[4];
    int stream = Philox.stream(Philox.Purpose.INITIALIZE, id);
    for (int i = 0; i < values.length; i++) {
      if (i % 4 == 0) {
        Philox.block(seed, i / 4, 0, 0, stream, words, 0);
      }
      values[i] = (float) ((2 * Philox.unit(words[i % 4]) - 1) * limit);
    }
  }
}
