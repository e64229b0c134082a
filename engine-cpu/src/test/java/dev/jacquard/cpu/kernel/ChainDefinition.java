package dev.jacquard.cpu.kernel;

/**
 * What {@link ChainKernel} computes, in double, on dense arrays; the sum of its Javadoc's
 * sentences.
 */
final class ChainDefinition {
  private final ChainSpec spec;
  private final int lanes;
  private final float[] x;
  private final float[] coef;
  private final int[] draws;

  final double[] out;
  final int[] codes;
  final double[] picked;

  /**
   * Runs the forward pass.
   *
   * @param x input, [height, width, channels]
   */
  ChainDefinition(ChainSpec spec, int lanes, float[] x, float[] coef, int[] draws) {
    this.spec = spec;
    this.lanes = lanes;
    this.x = x;
    this.coef = coef;
    this.draws = draws;
    int elements = spec.outHeight() * spec.outWidth() * spec.channels();
    out = new double[elements];
    codes = new int[elements];
    picked = new double[elements];
    for (int e = 0; e < elements; e++) {
      forward(e);
    }
  }

  private void forward(int e) {
    int winner = -1;
    for (int position = 0; position < 4; position++) {
      int at = element(e, position);
      if (at < 0) {
        continue;
      }
      if (winner < 0 || before(z(at), z(element(e, winner)))) {
        winner = position;
      }
    }
    int at = element(e, winner);
    double z = z(at);
    double negative = spec.slope() == 0 && z <= 0 ? 0 : spec.slope() * z;
    out[e] = spec.scale() * (z > 0 ? z : negative);
    codes[e] = winner + (kept(at) ? 4 : 0) + (z > 0 ? 8 : 0);
    picked[e] = x[at];
  }

  /** The sums that normalisation's gradient needs: two rows of channels. */
  double[] reduce(float[] gradient) {
    double[] sums = new double[2 * spec.channels()];
    for (int e = 0; e < out.length; e++) {
      int c = e % spec.channels();
      sums[c] += inner(e, gradient);
      sums[spec.channels() + c] += inner(e, gradient) * (picked[e] - coef[c]);
    }
    return sums;
  }

  /** The input's gradient, [height, width, channels]. */
  double[] backward(float[] gradient) {
    double[] dx = new double[x.length];
    int channels = spec.channels();
    for (int e = 0; e < out.length; e++) {
      int c = e % channels;
      for (int position = 0; position < 4; position++) {
        int at = element(e, position);
        if (at < 0) {
          continue;
        }
        double own = position == (codes[e] & 3) ? inner(e, gradient) : 0;
        dx[at] =
            spec.norm()
                ? coef[channels + c] * own
                    + coef[3 * channels + c]
                    + coef[4 * channels + c] * ((double) x[at] - coef[c])
                : own;
      }
    }
    return dx;
  }

  private double inner(int e, float[] gradient) {
    if ((codes[e] & 4) == 0) {
      return 0;
    }
    return (double) gradient[e] * spec.scale() * ((codes[e] & 8) == 0 ? spec.slope() : 1);
  }

  private static boolean before(double z, double best) {
    return Double.isNaN(z) ? !Double.isNaN(best) : z > best;
  }

  private double z(int at) {
    int c = at % spec.channels();
    if (!kept(at)) {
      return 0;
    }
    return spec.norm()
        ? ((double) x[at] - coef[c]) * coef[spec.channels() + c] + coef[2 * spec.channels() + c]
        : x[at];
  }

  private boolean kept(int at) {
    if (spec.drawBits() == 0) {
      return true;
    }
    int bits = spec.drawBits();
    int draw = 0;
    for (int bit = 0; bit < bits; bit++) {
      draw += (draws[at / lanes] >>> (at % lanes * bits + bit) & 1) << bit;
    }
    return draw >= spec.threshold();
  }

  /** Where the window of output {@code e} has this position in the input; -1 if it has not. */
  private int element(int e, int position) {
    int c = e % spec.channels();
    int column = e / spec.channels() % spec.outWidth();
    int row = e / spec.channels() / spec.outWidth();
    if (!spec.pool()) {
      return position == 0 ? e : -1;
    }
    int h = 2 * row + position / 2;
    int w = 2 * column + position % 2;
    boolean inside = h < spec.height() && w < spec.width();
    return inside ? (h * spec.width() + w) * spec.channels() + c : -1;
  }
}
