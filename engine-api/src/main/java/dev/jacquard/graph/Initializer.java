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
  HE_UNIFORM,
  /** Uniform within {@code sqrt(3 / fanIn)} of 0 (LeCun and others 1998). */
  LECUN_UNIFORM,
  /** Normal, its variance {@code 2 / (fanIn + fanOut)}, as all normal ones without its ends. */
  GLOROT_NORMAL,
  /** Normal, its variance {@code 2 / fanIn}. */
  HE_NORMAL,
  /** Normal, its variance {@code 1 / fanIn}. */
  LECUN_NORMAL;

  /** Where a normal distribution ends, in its deviations; Keras's. */
  private static final double CUT = 2;

  /**
   * The deviation of a normal distribution with deviation 1 that ends at 2: the square root of
   * {@code 1 - 4 f(2) / (2 F(2) - 1)}, f its density and F its integral.
   */
  private static final double CUT_DEVIATION = 0.8796256610342398;

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
      case LECUN_UNIFORM -> uniform(values, Math.sqrt(3.0 / fan(shape, -2)), seed, id);
      case GLOROT_NORMAL -> normal(values, 2.0 / (fan(shape, -2) + fan(shape, -1)), seed, id);
      case HE_NORMAL -> normal(values, 2.0 / fan(shape, -2), seed, id);
      case LECUN_NORMAL -> normal(values, 1.0 / fan(shape, -2), seed, id);
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

  /**
   * By Box and Muller's method, pair by pair, those beyond the cut passed over. StrictMath has the
   * same bits in every JVM.
   */
  private static void normal(float[] values, double variance, long seed, int id) {
    double deviation = Math.sqrt(variance) / CUT_DEVIATION;
    int[] words = new int[4];
    int stream = Philox.stream(Philox.Purpose.INITIALIZE, id);
    int filled = 0;
    for (int block = 0; filled < values.length; block++) {
      Philox.block(seed, block, 0, 0, stream, words, 0);
      for (int pair = 0; pair < 4; pair += 2) {
        double radius = Math.sqrt(-2 * StrictMath.log(1.0 - Philox.unit(words[pair])));
        double angle = 2 * Math.PI * Philox.unit(words[pair + 1]);
        double one = radius * StrictMath.cos(angle);
        double other = radius * StrictMath.sin(angle);
        if (Math.abs(one) < CUT && filled < values.length) {
          values[filled++] = (float) (one * deviation);
        }
        if (Math.abs(other) < CUT && filled < values.length) {
          values[filled++] = (float) (other * deviation);
        }
      }
    }
  }
}
