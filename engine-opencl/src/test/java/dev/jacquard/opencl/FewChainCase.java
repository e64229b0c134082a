package dev.jacquard.opencl;

import dev.jacquard.graph.Window;
import dev.jacquard.opencl.ChainCase.Extent;
import dev.jacquard.opencl.ChainCase.Tuning;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.Locale;

/**
 * A convolution of few input channels with the chain behind it. What is between them is made of
 * small integers, and so exact.
 *
 * @param rows of the chain's output in a strip
 * @param parts of the weights' gradient
 */
record FewChainCase(ConvolutionCase layer, ChainCase chain, int rows, int parts) {
  private static final ConvolutionCase.Tile ANY = new ConvolutionCase.Tile(1, 1, 1, 1, 1);

  /** A convolution and a batch of it. */
  static ConvolutionCase layer(
      Shape in, int kernel, int stride, boolean same, int filters, int batch, int size) {
    Window window = Window.over(in, kernel, kernel, stride, stride, same);
    return new ConvolutionCase(in, window, filters, batch, size, ANY);
  }

  static FewChainCase of(
      ConvolutionCase layer,
      String layers,
      double slope,
      double rate,
      Tuning tuning,
      int rows,
      int parts) {
    Window window = layer.window();
    Extent extent =
        new Extent(layer.batch(), layer.size(), window.outH(), window.outW(), layer.filters());
    return new FewChainCase(layer, ChainCase.of(extent, layers, slope, rate, tuning), rows, parts);
  }

  double[] w() {
    return ConvolutionCase.integers(layer.taps() * layer.filters(), 2);
  }

  double[] bias() {
    return ConvolutionCase.integers(layer.filters(), 3);
  }

  /** What follows from an input. */
  ChainOracle oracle(double[] x) {
    double[] y = Arrays.copyOf(layer.output(x, w()), chain.inElements());
    double[] bias = bias();
    Arrays.setAll(y, e -> y[e] + bias[e % bias.length]);
    return new ChainOracle(chain, y);
  }

  /** What specialises the kernels besides the chain. */
  String defines() {
    Window window = layer.window();
    return String.format(
        Locale.ROOT,
        " -DX_H=%d -DX_W=%d -DX_C=%d -DKERNEL_H=%d -DKERNEL_W=%d -DSTRIDE_H=%d -DSTRIDE_W=%d"
            + " -DTOP=%d -DLEFT=%d -DUNROLL=0 -DROWS=%d -DPARTS=%d",
        layer.in().dim(0),
        layer.in().dim(1),
        layer.in().dim(2),
        window.kernelH(),
        window.kernelW(),
        window.strideH(),
        window.strideW(),
        window.top(),
        window.left(),
        rows,
        parts);
  }

  /** The moments of the patches of the second step; those of the first are none. */
  double[] moments(double[] x) {
    double[] own = layer.moments(x, 0, layer.size());
    double[] both = new double[2 * own.length];
    Arrays.fill(both, Double.NaN);
    System.arraycopy(own, 0, both, own.length, own.length);
    return both;
  }

  /**
   * What each part of the weights' gradient holds: of the chosen elements, what its strips see; in
   * the last part also the rest.
   */
  double[] gradients(double[] x, ChainOracle oracle) {
    double[] g = oracle.g();
    double[] chosen = new double[oracle.y.length];
    for (int o = 0; o < g.length; o++) {
      int c = o % chain.channels();
      double factor = oracle.factor(c, oracle.variance[c]);
      chosen[chain.source(o, oracle.winner(o, true))] = factor * g[o];
    }
    double[] all = gradients(x, chosen);
    double[] dy = oracle.dy();
    double[] rest = new double[dy.length];
    Arrays.setAll(rest, e -> dy[e] - chosen[e]);
    double[] last = layer.filterGradient(x, rest, 0, layer.size() * layer.outputPixels());
    for (int e = 0; e < last.length; e++) {
      all[all.length - last.length + e] += last[e];
    }
    return all;
  }

  private double[] gradients(double[] x, double[] dy) {
    Window window = layer.window();
    int strips = chain.outHeight() / rows;
    int part = (layer.batch() * strips + parts - 1) / parts;
    double[] all = new double[parts * layer.taps() * layer.filters()];
    for (int strip = 0; strip < layer.batch() * strips; strip++) {
      int image = strip / strips * window.outH();
      int top = strip % strips * rows * chain.stride();
      int bottom = Math.min(top + rows * chain.stride(), window.outH());
      double[] own =
          layer.filterGradient(
              x, dy, (image + top) * window.outW(), (image + bottom) * window.outW());
      for (int e = 0; e < own.length; e++) {
        all[strip / part * own.length + e] += own[e];
      }
    }
    return all;
  }
}
