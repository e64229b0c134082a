package dev.jacquard.reference;

/** The mean over height and width. */
final class GlobalAvgPoolDefinition implements Definition {
  @Override
  public void forward(Place at) {
    int channels = at.inputShape(0).channels();
    int pixels = at.inputShape(0).elements() / channels;
    double[] x = at.input(0);
    for (int e = 0; e < x.length; e++) {
      at.output()[e / (pixels * channels) * channels + e % channels] += x[e];
    }
    for (int e = 0; e < at.output().length; e++) {
      at.output()[e] /= pixels;
    }
  }

  @Override
  public void backward(Place at) {
    int channels = at.inputShape(0).channels();
    int pixels = at.inputShape(0).elements() / channels;
    double[] dx = at.inputGradient(0);
    for (int e = 0; e < dx.length; e++) {
      dx[e] += at.outputGradient()[e / (pixels * channels) * channels + e % channels] / pixels;
    }
  }
}
