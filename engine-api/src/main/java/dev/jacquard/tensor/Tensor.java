package dev.jacquard.tensor;

import dev.jacquard.error.JacquardException;
import java.util.Arrays;

/**
 * A dense row-major fp32 tensor in host memory. It wraps its array without a copy: who hands the
 * array over does not change it afterwards.
 */
public final class Tensor {
  private final Shape shape;
  private final float[] values;

  private Tensor(Shape shape, float[] values) {
    this.shape = shape;
    this.values = values;
  }

  /**
   * Wraps {@code values}, in row-major order.
   *
   * @throws JacquardException if the number of values is not the shape's
   */
  public static Tensor of(Shape shape, float... values) {
    if (values.length != shape.elements()) {
      throw new JacquardException(
          "tensor of shape "
              + shape
              + ": expected "
              + shape.elements()
              + " values, received "
              + values.length);
    }
    return new Tensor(shape, values);
  }

  /** A tensor of zeros. */
  public static Tensor zeros(Shape shape) {
    return new Tensor(shape, new float[shape.elements()]);
  }

  /** The extents. */
  public Shape shape() {
    return shape;
  }

  /** The backing array, row-major; not a copy. */
  public float[] values() {
    return values;
  }

  /** Equal in shape and in every bit of every value. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor tensor
        && shape.equals(tensor.shape)
        && Arrays.equals(values, tensor.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
