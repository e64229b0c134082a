package dev.jacquard.cpu.kernel;

/** Adds multiples of weight rows to a row of sums, in loops that the compiler vectorises. */
final class ScalarAxpy {

  private ScalarAxpy() {}

  /** {@code sum[s + c] += a * w[k + c]} for {@code c < width}. */
  static void add(float[] sum, int s, float a, float[] w, int k, int width) {
    for (int c = 0; c < width; c++) {
      sum[s + c] += a * w[k + c];
    }
  }

  /** Four times {@link #add}, in order, with one pass over the sums; w rows are a step apart. */
  static void addFour(
      float[] sum,
      int s,
      float a0,
      float a1,
      float a2,
      float a3,
      float[] w,
      int k,
      int step,
      int width) {
    int k1 = k + step;
    int k2 = k1 + step;
    int k3 = k2 + step;
    for (int c = 0; c < width; c++) {
      float v = sum[s + c] + a0 * w[k + c];
      v += a1 * w[k1 + c];
      v += a2 * w[k2 + c];
      sum[s + c] = v + a3 * w[k3 + c];
    }
  }
}
