package dev.jacquard.graph;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;

/**
 * What backends understand: a small closed set of operations on batches of samples, and one open
 * door, {@link CustomOp}. Activations are {@code [N, H, W, C]} or {@code [N, C]}; the shapes of a
 * {@link Node} leave the batch out. The double-precision definition of every op is {@link
 * dev.jacquard.reference}.
 */
public sealed interface Op
    permits Op.Input,
        Op.Conv2d,
        Op.Dense,
        Op.BatchNorm,
        Op.Activation,
        Op.Dropout,
        Op.MaxPool,
        Op.AvgPool,
        Op.GlobalAvgPool,
        Op.Flatten,
        Op.Add,
        Op.SoftmaxCrossEntropy,
        CustomOp {

  /** Calls the visitor's method for this op. */
  <R> R accept(OpVisitor<R> visitor);

  private static void requireSome(String setting, int count) {
    if (count < 1) {
      throw new JacquardException(setting + ": expected at least 1, received " + count);
    }
  }

  /**
   * The batch's samples: stored elements become numbers as {@code stored * scale + offset}, in
   * fp32.
   *
   * @param shape of one sample
   * @param stored how the data set keeps the elements
   */
  record Input(Shape shape, DType stored, float scale, float offset) implements Op {
    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.input(this);
    }
  }

  /**
   * Cross-correlation, {@code y[n,i,j,f] = bias[f] + sum x[n, i*strideH + a - top, j*strideW + b -
   * left, c] * kernel[a,b,c,f]}, zero outside the input. Parameters: {@code kernel [kernelH,
   * kernelW, C, filters]}, {@code bias [filters]} if {@code bias}. Input {@code [H, W, C]}, output
   * {@code [outH, outW, filters]}.
   */
  record Conv2d(int filters, Window window, boolean bias) implements Op {
    /**
     * Checks the filters.
     *
     * @throws JacquardException if there is none
     */
    public Conv2d {
      requireSome("conv2d: filters", filters);
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.conv2d(this);
    }
  }

  /**
   * {@code y[n,u] = bias[u] + sum x[n,k] * kernel[k,u]}. Parameters: {@code kernel [K, units]},
   * {@code bias [units]} if {@code bias}. Input {@code [K]}, output {@code [units]}.
   */
  record Dense(int units, boolean bias) implements Op {
    /**
     * Checks the units.
     *
     * @throws JacquardException if there is none
     */
    public Dense {
      requireSome("dense: units", units);
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.dense(this);
    }
  }

  /**
   * Batch normalisation over the last axis (Ioffe and Szegedy 2015, with Keras 3's conventions):
   * {@code y = gamma * (x - mean) / sqrt(variance + epsilon) + beta}. In training, mean and biased
   * variance are the batch's, and {@code moving = momentum * moving + (1 - momentum) * batch}, the
   * variance biased there too; in inference they are the moving ones. Parameters, all {@code [C]}:
   * {@code gamma} if {@code scale}, {@code beta} if {@code center}, {@code moving_mean} and {@code
   * moving_variance} (not trainable).
   */
  record BatchNorm(float momentum, float epsilon, boolean center, boolean scale) implements Op {
    /**
     * Checks the epsilon: without it, a channel that is constant has no normalisation.
     *
     * @throws JacquardException if it is not above 0
     */
    public BatchNorm {
      if (!(epsilon > 0)) {
        throw new JacquardException(
            "batch normalisation: expected an epsilon above 0, received " + epsilon);
      }
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.batchNorm(this);
    }
  }

  /**
   * An element-wise function, or softmax over the last axis.
   *
   * @param slope the factor of negative inputs for {@link Function#LEAKY_RELU}; 0 otherwise
   */
  record Activation(Function function, float slope) implements Op {
    /**
     * Checks the slope. Unlike a layer's it may be negative.
     *
     * @throws JacquardException if it is not finite, or not 0 for a function that has none
     */
    public Activation {
      if (!Float.isFinite(slope)) {
        throw new JacquardException(
            "activation: slope: expected a finite number, received " + slope);
      }
      if (slope != 0 && function != Function.LEAKY_RELU) {
        throw new JacquardException(
            "activation: slope: expected 0 for "
                + function
                + ", received "
                + slope
                + "; use LEAKY_RELU");
      }
    }

    /** The functions. */
    public enum Function {
      /** {@code max(x, 0)}, its derivative at 0 being 0. */
      RELU,
      /** {@code x > 0 ? x : slope * x}, its derivative at 0 being {@code slope}. */
      LEAKY_RELU,
      /** {@code 1 / (1 + exp(-x))}. */
      SIGMOID,
      /** {@code tanh(x)}. */
      TANH,
      /** {@code exp(x - max) / sum exp(x - max)} over the last axis. */
      SOFTMAX
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.activation(this);
    }
  }

  /**
   * In training, sets elements to +0 with probability {@code rate} and multiplies the others by
   * {@code 1 / (1 - rate)}; in inference, nothing. Which ones: {@link
   * dev.jacquard.random.Dropping}, the block counter being {@code (block, position, step,
   * stream(DROPOUT, node id))}.
   */
  record Dropout(double rate) implements Op {
    /**
     * The rates that it may have. Draws of 16 bits keep the mean within 1 % up to the highest; with
     * 1 nothing would be left to be multiplied.
     */
    public static final Interval RATES = Interval.closed(0, 0.999);

    /**
     * Checks the rate.
     *
     * @throws JacquardException if it is not in [0, 0.999]
     */
    public Dropout {
      RATES.require("dropout: rate", rate);
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.dropout(this);
    }
  }

  /**
   * The window's maximum: the first in row-major order where several are equal; NaN if any is.
   * Positions outside the input never win. The gradient goes to the position that won.
   */
  record MaxPool(Window window) implements Op {
    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.maxPool(this);
    }
  }

  /** The mean of the window's positions that lie inside the input. */
  record AvgPool(Window window) implements Op {
    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.avgPool(this);
    }
  }

  /** The mean over height and width: {@code [H, W, C]} to {@code [C]}. */
  record GlobalAvgPool() implements Op {
    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.globalAvgPool(this);
    }
  }

  /** {@code [H, W, C]} to {@code [H * W * C]}, row-major. */
  record Flatten() implements Op {
    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.flatten(this);
    }
  }

  /** The element-wise sum of two or more inputs of one shape. */
  record Add() implements Op {
    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.add(this);
    }
  }

  /**
   * The head of every graph. From logits {@code [C]} it gives the probabilities (softmax) and, with
   * labels, each sample's loss {@code log(sum exp z) - sum q z} by log-sum-exp, where {@code q = (1
   * - labelSmoothing) * onehot + labelSmoothing / C}. The batch's loss is the mean. Evaluation has
   * no smoothing.
   */
  record SoftmaxCrossEntropy(float labelSmoothing) implements Op {
    /** The smoothings that it may have; with 1 nothing would be left of the label. */
    public static final Interval SMOOTHINGS = Interval.halfOpen(0, 1);

    /**
     * Checks the smoothing.
     *
     * @throws JacquardException if it is not in [0, 1)
     */
    public SoftmaxCrossEntropy {
      SMOOTHINGS.require("loss: label_smoothing", labelSmoothing);
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor) {
      return visitor.softmaxCrossEntropy(this);
    }
  }
}
