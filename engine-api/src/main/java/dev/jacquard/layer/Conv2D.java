package dev.jacquard.layer;

import dev.jacquard.graph.Initializer;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.Objects;

/**
 * Two-dimensional convolution: slides {@code filters} small kernels over an image and gives, at
 * each place, how well each one matches.
 *
 * <pre>{@code
 * z[i, j, f] = sum over a, b, c of x[i*s + a - top, j*s + b - left, c] * kernel[a, b, c, f]
 * y[i, j, f] = activation(z[i, j, f] + bias[f])
 * }</pre>
 *
 * <p>Input {@code [H, W, C]}; output {@code [H', W', filters]}, where {@link Padding} says what
 * {@code H'} and {@code W'} are. Parameters: {@code kernel [kernelH, kernelW, C, filters]} and, if
 * {@code use_bias}, {@code bias [filters]}.
 *
 * <pre>{@code
 * {"type": "Conv2D", "filters": 32, "kernel_size": [3, 3], "padding": "same"}
 * [28, 28, 1] -> [28, 28, 32]
 *
 * {"type": "Conv2D", "filters": 8, "kernel_size": 5, "strides": 2}
 * [28, 28, 1] -> [12, 12, 8]
 * }</pre>
 *
 * @param filters how many kernels there are, and so channels of the output; at least 1
 * @param kernelSize {@code kernel_size}: height and width of a kernel
 * @param strides how far the kernel moves at a time, down and right; default 1
 * @param padding {@code "valid"} (default) or {@code "same"}
 * @param useBias {@code use_bias}: whether a bias is added; default true
 * @param activation what is applied to the result; default {@code "linear"}
 * @param kernelInitializer {@code kernel_initializer}: default {@code "glorot_uniform"}; the bias
 *     starts at 0
 */
public record Conv2D(
    int filters,
    Size2D kernelSize,
    Size2D strides,
    Padding padding,
    boolean useBias,
    ActivationFunction activation,
    Initializer kernelInitializer)
    implements Layer {
  static final String TYPE = "Conv2D";
  private static final Size2D ONE = Size2D.square(1);

  /**
   * Checks the settings.
   *
   * @throws dev.jacquard.error.JacquardException if there is no filter
   */
  public Conv2D {
    Require.atLeast("filters", filters, 1);
    Objects.requireNonNull(kernelSize, "kernelSize");
    Objects.requireNonNull(strides, "strides");
    Objects.requireNonNull(padding, "padding");
    Objects.requireNonNull(activation, "activation");
    Objects.requireNonNull(kernelInitializer, "kernelInitializer");
  }

  static Conv2D parse(Fields fields) {
    return new Conv2D(
        fields.intAtLeast("filters", 1),
        fields.pair("kernel_size"),
        fields.pair("strides", ONE),
        Settings.padding(fields),
        fields.bool("use_bias", true),
        Settings.activation(fields),
        Settings.kernelInitializer(fields));
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return padding.window(InputShapes.image(inputs), kernelSize, strides).output(filters);
  }

  @Override
  public int lower(Lowering to) {
    Op op = new Op.Conv2d(filters, padding.window(to.inputShape(), kernelSize, strides), useBias);
    return to.activate(to.add(op, kernelInitializer), activation);
  }

  @Override
  public void write(FieldWriter to) {
    to.put("filters", filters)
        .put("kernel_size", kernelSize)
        .put("strides", strides, ONE)
        .put("padding", padding.kerasName(), Padding.VALID.kerasName())
        .put("use_bias", useBias, true);
    Settings.write(to, activation, kernelInitializer);
  }
}
