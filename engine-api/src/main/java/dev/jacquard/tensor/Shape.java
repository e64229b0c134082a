package dev.jacquard.tensor;

import dev.jacquard.error.JacquardException;
import java.util.Arrays;

/**
 * The extents of a dense row-major tensor, outermost first. Images are {@code [H, W, C]} without
 * and {@code [N, H, W, C]} with the batch. A shape of rank 0 is a scalar. Every extent is at least
 * 1 and the number of elements fits an int, so that a shape that exists can be a Java array.
 */
public final class Shape {
  private final int[] dims;
  private final int elements;

  private Shape(int[] dims) {
    long count = 1;
    for (int dim : dims) {
      if (dim < 1) {
        throw new JacquardException(
            "shape "
                + Arrays.toString(dims)
                + ": every extent must be at least 1, received "
                + dim);
      }
      count *= dim;
      if (count > Integer.MAX_VALUE) {
        throw new JacquardException(
            "shape "
                + Arrays.toString(dims)
                + " overflows: at most 2147483647 elements fit one tensor");
      }
    }
    this.dims = dims;
    this.elements = (int) count;
  }

  /**
   * The shape with these extents.
   *
   * @throws JacquardException if an extent is below 1 or the elements do not fit an int
   */
  public static Shape of(int... dims) {
    return new Shape(dims.clone());
  }

  /** The number of dimensions. */
  public int rank() {
    return dims.length;
  }

  /** The extent of dimension {@code axis}; negative axes count from the end. */
  public int dim(int axis) {
    return dims[axis < 0 ? axis + dims.length : axis];
  }

  /** The extent of the last dimension: the channels of an image, the units of a vector. */
  public int channels() {
    return dims[dims.length - 1];
  }

  /** The number of elements. */
  public int elements() {
    return elements;
  }

  /** A copy of the extents. */
  public int[] dims() {
    return dims.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** The extents in brackets: {@code [28, 28, 1]}. */
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
