package dev.jacquard.cpu.kernel;

/** The moments in plain Java, in double precision and two passes. */
final class ScalarMoments implements MomentsKernel {
  private final MomentsSpec spec;

  ScalarMoments(MomentsSpec spec) {
    this.spec = spec;
  }

  @Override
  public void run(
      float[] x,
      int base,
      int images,
      int imageStride,
      int channels,
      float[] out,
      int at,
      int second) {
    double pixels = (double) images * spec.height() * spec.width();
    for (int c = 0; c < channels; c++) {
      double mean = sum(x, base + c, images, imageStride, 0, false) / pixels;
      out[at + c] = (float) mean;
      out[at + second + c] = (float) sum(x, base + c, images, imageStride, mean, true);
    }
  }

  private double sum(
      float[] x, int base, int images, int imageStride, double mean, boolean squares) {
    double sum = 0;
    for (int n = 0; n < images; n++) {
      for (int h = 0; h < spec.height(); h++) {
        int from = base + n * imageStride + h * spec.row();
        for (int w = 0; w < spec.width(); w++) {
          double difference = x[from + w * spec.pixel()] - mean;
          sum += squares ? difference * difference : difference;
        }
      }
    }
    return sum;
  }
}
