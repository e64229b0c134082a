package dev.jacquard.reference;

import dev.jacquard.graph.Window;
import java.util.Arrays;

/** The window's first maximum in row-major order; a NaN beats every number. */
final class MaxPoolDefinition implements Definition {
  private final Window window;
  private int[] winners = {};

  MaxPoolDefinition(Window window) {
    this.window = window;
  }

  @Override
  public void forward(Place at) {
    int channels = at.inputShape(0).channels();
    double[] x = at.input(0);
    double[] y = at.output();
    winners = new int[y.length];
    Arrays.fill(winners, -1);
    Taps.each(
        at,
        window,
        (in, tap, out) -> {
          for (int c = 0; c < channels; c++) {
            int e = out * channels + c;
            double value = x[in * channels + c];
            boolean beats = value > y[e] || (Double.isNaN(value) && !Double.isNaN(y[e]));
            if (winners[e] < 0 || beats) {
              winners[e] = in * channels + c;
              y[e] = value;
            }
          }
        });
  }

  @Override
  public void backward(Place at) {
    double[] dx = at.inputGradient(0);
    double[] dy = at.outputGradient();
    for (int e = 0; e < dy.length; e++) {
      dx[winners[e]] += dy[e];
    }
  }
}
