package dev.jacquard.cpu.kernel;

/**
 * The matrices of {@link WinogradKernel}, from the points at which polynomials are interpolated.
 *
 * <p>F(2 x 2) has 0, 1, -1 and infinity: all numbers are halves, so that small integers stay exact.
 * F(4 x 4) has 0, {@code a}, {@code -a}, {@code b}, {@code -b} and infinity. The usual 1 and 2 make
 * numbers grow up to 8 times; the square roots of 1/2 and 2 are each other's inverse and keep them
 * small, which takes the error of sums in fp32 from 4 times that of a direct convolution to 1.8
 * times (root mean square over random tiles of 64 channels), at the same number of operations.
 */
final class WinogradPoints {
  /** {@code a * a}. */
  static final double AA = 0.5;

  /** {@code b * b}. */
  static final double BB = 2;

  static final double A = Math.sqrt(AA);
  static final double B = Math.sqrt(BB);

  /** What divides the weights at {@code a} and {@code -a}: the product of its distances. */
  static final double NA = 2 * AA * (AA - BB);

  /** What divides the weights at {@code b} and {@code -b}. */
  static final double NB = 2 * BB * (BB - AA);

  private static final double SUM = AA + BB;
  private static final double PRODUCT = AA * BB;

  private WinogradPoints() {}

  /** {@code B'}, for tiles of {@code output} outputs. */
  static double[][] input(int output) {
    if (output == 2) {
      return new double[][] {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}};
    }
    return new double[][] {
      {PRODUCT, 0, -SUM, 0, 1, 0},
      {0, -A * BB, -BB, A, 1, 0},
      {0, A * BB, -BB, -A, 1, 0},
      {0, -B * AA, -AA, B, 1, 0},
      {0, B * AA, -AA, -B, 1, 0},
      {0, PRODUCT, 0, -SUM, 0, 1}
    };
  }

  /** {@code A'}. */
  static double[][] output(int output) {
    if (output == 2) {
      return new double[][] {{1, 1, 1, 0}, {0, 1, -1, -1}};
    }
    return new double[][] {
      {1, 1, 1, 1, 1, 0},
      {0, A, -A, B, -B, 0},
      {0, AA, AA, BB, BB, 0},
      {0, A * AA, -A * AA, B * BB, -B * BB, 1}
    };
  }

  /** {@code G}. */
  static double[][] weights(int output) {
    if (output == 2) {
      return new double[][] {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
    }
    return new double[][] {
      {1 / PRODUCT, 0, 0},
      {1 / NA, A / NA, AA / NA},
      {1 / NA, -A / NA, AA / NA},
      {1 / NB, B / NB, BB / NB},
      {1 / NB, -B / NB, BB / NB},
      {0, 0, 1}
    };
  }

  static double[][] transposed(double[][] matrix) {
    double[][] turned = new double[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < turned.length; j++) {
        turned[j][i] = matrix[i][j];
      }
    }
    return turned;
  }
}
