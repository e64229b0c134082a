package dev.jacquard.layer;

/**
 * An extent in height and width: of a kernel, a pool or a stride.
 *
 * @param height in rows, 1 to {@value #MAX}
 * @param width in columns, 1 to {@value #MAX}
 */
public record Size2D(int height, int width) {
  /**
   * The largest extent; far above any use. The product of two may be more than an int holds: what
   * walks a window is to stay inside its input.
   */
  public static final int MAX = 65_535;

  /**
   * Checks the extents.
   *
   * @throws dev.jacquard.error.JacquardException if one is not from 1 to {@value #MAX}
   */
  public Size2D {
    Require.between("height", height, 1, MAX);
    Require.between("width", width, 1, MAX);
  }

  /** As high as wide. */
  public static Size2D square(int extent) {
    return new Size2D(extent, extent);
  }

  /** {@code [3, 3]}, as in network files. */
  @Override
  public String toString() {
    return "[" + height + ", " + width + "]";
  }
}
