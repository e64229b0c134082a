package dev.jacquard.tck;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Initializer;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Ops that are nearly right, as custom ops that take the place of the right ones. */
final class WrongOp {
  private WrongOp() {}

  /** An element-wise function with this value and derivative. */
  record Elementwise(int elements, DoubleUnaryOperator value, DoubleUnaryOperator derivative)
      implements CustomOp {
    @Override
    public String type() {
      return "wrong:elementwise";
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public void forward(Call call) {
      for (int e = 0; e < call.batch() * elements; e++) {
        call.output()[e] = value.applyAsDouble(call.input(0)[e]);
      }
    }

    @Override
    public void backward(Call call) {
      for (int e = 0; e < call.batch() * elements; e++) {
        call.inputGradient(0)[e] +=
            derivative.applyAsDouble(call.input(0)[e]) * call.outputGradient()[e];
      }
    }
  }

  /** A sum of which only the first input counts, in one direction. */
  record Sum(int elements, int inputs, boolean wrongForward) implements CustomOp {
    @Override
    public String type() {
      return "wrong:sum";
    }

    @Override
    public Shape outputShape(List<Shape> shapes) {
      return shapes.get(0);
    }

    @Override
    public void forward(Call call) {
      for (int e = 0; e < call.batch() * elements; e++) {
        double sum = 0;
        for (int input = 0; input < (wrongForward ? 1 : inputs); input++) {
          sum += call.input(input)[e];
        }
        call.output()[e] = sum;
      }
    }

    @Override
    public void backward(Call call) {
      for (int input = 0; input < (wrongForward ? inputs : 1); input++) {
        for (int e = 0; e < call.batch() * elements; e++) {
          call.inputGradient(input)[e] += call.outputGradient()[e];
        }
      }
    }
  }

  /** A dense layer that forgets its bias, or its bias's gradient. */
  record Dense(int features, int units, boolean wrongForward) implements CustomOp {
    @Override
    public String type() {
      return "wrong:dense";
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.of(units);
    }

    @Override
    public List<Weight> weights(List<Shape> inputs) {
      return List.of(
          new Weight("kernel", Shape.of(features, units), Initializer.GLOROT_UNIFORM),
          new Weight("bias", Shape.of(units), Initializer.ZEROS));
    }

    @Override
    public void forward(Call call) {
      for (int e = 0; e < call.batch() * units; e++) {
        double sum = wrongForward ? 0 : call.weight(1)[e % units];
        for (int k = 0; k < features; k++) {
          sum += call.input(0)[e / units * features + k] * call.weight(0)[k * units + e % units];
        }
        call.output()[e] = sum;
      }
    }

    @Override
    public void backward(Call call) {
      for (int e = 0; e < call.batch() * units; e++) {
        double dy = call.outputGradient()[e];
        for (int k = 0; k < features; k++) {
          int x = e / units * features + k;
          call.inputGradient(0)[x] += dy * call.weight(0)[k * units + e % units];
          call.weightGradient(0)[k * units + e % units] += dy * call.input(0)[x];
        }
        call.weightGradient(1)[e % units] += wrongForward ? dy : 0;
      }
    }
  }

  /** Ways for a pooling to be wrong. */
  enum Pooling {
    /** Of several maxima the last wins. */
    LAST_MAXIMUM,
    /** A NaN loses every comparison. */
    SWALLOWS_NAN,
    /** A NaN stays where it comes first. */
    KEEPS_FIRST_NAN,
    /** The mean counts the positions outside the input. */
    COUNTS_PADDING
  }

  /** A pooling. */
  record Pool(Shape in, Window window, Pooling wrong) implements CustomOp {
    static Op of(Shape in, Window window, Pooling wrong) {
      return new Pool(in, window, wrong);
    }

    @Override
    public String type() {
      return "wrong:pool";
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return window.output(in.channels());
    }

    @Override
    public void forward(Call call) {
      for (int e = 0; e < call.batch() * window.output(in.channels()).elements(); e++) {
        pool(call, e, false);
      }
    }

    @Override
    public void backward(Call call) {
      for (int e = 0; e < call.batch() * window.output(in.channels()).elements(); e++) {
        pool(call, e, true);
      }
    }

    private void pool(Call call, int e, boolean backward) {
      int c = e % in.channels();
      int pixel = e / in.channels();
      int n = pixel / (window.outH() * window.outW());
      int top = pixel / window.outW() % window.outH() * window.strideH() - window.top();
      int left = pixel % window.outW() * window.strideW() - window.left();
      double[] x = call.input(0);
      int taps = window.kernelH() * window.kernelW();
      int best = -1;
      double sum = 0;
      for (int tap = 0; tap < taps; tap++) {
        int row = top + tap / window.kernelW();
        int column = left + tap % window.kernelW();
        if (row >= 0 && row < in.dim(0) && column >= 0 && column < in.dim(1)) {
          int at = ((n * in.dim(0) + row) * in.dim(1) + column) * in.channels() + c;
          best = best < 0 || beats(x[at], x[best]) ? at : best;
          sum += x[at] / taps;
          if (backward && wrong == Pooling.COUNTS_PADDING) {
            call.inputGradient(0)[at] += call.outputGradient()[e] / taps;
          }
        }
      }
      if (backward && wrong != Pooling.COUNTS_PADDING) {
        call.inputGradient(0)[best] += call.outputGradient()[e];
      } else if (!backward) {
        call.output()[e] = wrong == Pooling.COUNTS_PADDING ? sum : x[best];
      }
    }

    private boolean beats(double value, double best) {
      return switch (wrong) {
        case LAST_MAXIMUM -> value >= best || Double.isNaN(value);
        case KEEPS_FIRST_NAN -> value > best;
        case SWALLOWS_NAN, COUNTS_PADDING -> value > best || Double.isNaN(best);
      };
    }
  }

  /** A flattening that puts the channels first. */
  record Flatten(Shape in) implements CustomOp {
    @Override
    public String type() {
      return "wrong:flatten";
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.of(in.elements());
    }

    @Override
    public void forward(Call call) {
      for (int e = 0; e < call.batch() * in.elements(); e++) {
        call.output()[moved(e)] = call.input(0)[e];
      }
    }

    @Override
    public void backward(Call call) {
      for (int e = 0; e < call.batch() * in.elements(); e++) {
        call.inputGradient(0)[e] += call.outputGradient()[moved(e)];
      }
    }

    private int moved(int e) {
      int pixels = in.elements() / in.channels();
      int within = e % in.elements();
      return e - within + within % in.channels() * pixels + within / in.channels();
    }
  }
}
