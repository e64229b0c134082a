package dev.jacquard.reference;

import dev.jacquard.graph.Window;

/** The mean of the window's positions that lie inside the input. */
final class AvgPoolDefinition implements Definition {
  private final Window window;
  private int[] inside = {};

  AvgPoolDefinition(Window window) {
    this.window = window;
  }

  @Override
  public void forward(Place at) {
    int channels = at.inputShape(0).channels();
    double[] x = at.input(0);
    double[] y = at.output();
    inside = new int[y.length / channels];
    Taps.each(
        at,
        window,
        (in, tap, out) -> {
          inside[out]++;
          for (int c = 0; c < channels; c++) {
            y[out * channels + c] += x[in * channels + c];
          }
        });
    for (int e = 0; e < y.length; e++) {
      y[e] /= inside[e / channels];
    }
  }

  @Override
  public void backward(Place at) {
    int channels = at.inputShape(0).channels();
    double[] dx = at.inputGradient(0);
    double[] dy = at.outputGradient();
    Taps.each(
        at,
        window,
        (in, tap, out) -> {
          for (int c = 0; c < channels; c++) {
            dx[in * channels + c] += dy[out * channels + c] / inside[out];
          }
        });
  }
}
