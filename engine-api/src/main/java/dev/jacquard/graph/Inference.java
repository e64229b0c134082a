package dev.jacquard.graph;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Output shape and parameters of an op over inputs of known shapes. */
final class Inference implements OpVisitor<Inference> {
  private final String name;
  private final List<Shape> inputs;
  private final Initializer kernel;
  private final List<Parameter> parameters = new ArrayList<>();
  private Shape shape;

  Inference(String name, List<Shape> inputs, Initializer kernel) {
    this.name = name;
    this.inputs = inputs;
    this.kernel = kernel;
  }

  Shape shape() {
    return shape;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public Inference input(Op.Input op) {
    throw new IllegalArgumentException("a graph has one input, its first node");
  }

  @Override
  public Inference conv2d(Op.Conv2d op) {
    Shape in = only(3);
    Window w = op.window();
    Shape out = slid(w, in, op.filters());
    trainable("kernel", Shape.of(w.kernelH(), w.kernelW(), in.channels(), op.filters()), kernel);
    if (op.bias()) {
      trainable("bias", Shape.of(op.filters()), Initializer.ZEROS);
    }
    return gives(out);
  }

  @Override
  public Inference dense(Op.Dense op) {
    Shape in = only(1);
    trainable("kernel", Shape.of(in.channels(), op.units()), kernel);
    if (op.bias()) {
      trainable("bias", Shape.of(op.units()), Initializer.ZEROS);
    }
    return gives(Shape.of(op.units()));
  }

  @Override
  public Inference batchNorm(Op.BatchNorm op) {
    Shape in = only(0);
    Shape channels = Shape.of(in.channels());
    if (op.scale()) {
      trainable("gamma", channels, Initializer.ONES);
    }
    if (op.center()) {
      trainable("beta", channels, Initializer.ZEROS);
    }
    parameters.add(new Parameter(name + "/moving_mean", channels, Initializer.ZEROS, false));
    parameters.add(new Parameter(name + "/moving_variance", channels, Initializer.ONES, false));
    return gives(in);
  }

  @Override
  public Inference activation(Op.Activation op) {
    return gives(only(0));
  }

  @Override
  public Inference dropout(Op.Dropout op) {
    return gives(only(0));
  }

  @Override
  public Inference maxPool(Op.MaxPool op) {
    return pool(op.window());
  }

  @Override
  public Inference avgPool(Op.AvgPool op) {
    return pool(op.window());
  }

  private Inference pool(Window window) {
    Shape in = only(3);
    return gives(slid(window, in, in.channels()));
  }

  /** What comes out of a window that is slid over {@code in}. */
  private Shape slid(Window window, Shape in, int channels) {
    if (!window.suits(in)) {
      throw new JacquardException(
          name
              + ": expected a window that begins inside its input "
              + in
              + " wherever it stands, received "
              + window
              + "; give it fewer positions or smaller strides");
    }
    return window.output(channels);
  }

  @Override
  public Inference globalAvgPool(Op.GlobalAvgPool op) {
    return gives(Shape.of(only(3).channels()));
  }

  @Override
  public Inference flatten(Op.Flatten op) {
    return gives(Shape.of(only(0).elements()));
  }

  @Override
  public Inference add(Op.Add op) {
    if (inputs.size() < 2) {
      throw new JacquardException(
          name + ": expected two or more inputs, received " + inputs.size());
    }
    for (Shape other : inputs) {
      if (!other.equals(inputs.get(0))) {
        throw new JacquardException(name + ": expected inputs of one shape, received " + inputs);
      }
    }
    return gives(inputs.get(0));
  }

  @Override
  public Inference softmaxCrossEntropy(Op.SoftmaxCrossEntropy op) {
    return gives(only(1));
  }

  @Override
  public Inference custom(CustomOp op) {
    for (CustomOp.Weight weight : op.weights(inputs)) {
      parameters.add(
          new Parameter(name + "/" + weight.role(), weight.shape(), weight.initializer(), true));
    }
    return gives(op.outputShape(inputs));
  }

  private void trainable(String role, Shape of, Initializer initializer) {
    parameters.add(new Parameter(name + "/" + role, of, initializer, true));
  }

  private Inference gives(Shape output) {
    shape = output;
    return this;
  }

  /** The single input; {@code rank} 0 takes any rank. */
  private Shape only(int rank) {
    if (inputs.size() != 1) {
      throw new JacquardException(name + ": expected one input, received " + inputs.size());
    }
    Shape in = inputs.get(0);
    if (rank != 0 && in.rank() != rank) {
      String wanted = rank == 3 ? "[H, W, C]" : "[C]";
      String remedy =
          rank == 1 && in.rank() == 3 ? "; put a Flatten or GlobalAveragePooling2D before it" : "";
      throw new JacquardException(
          name + ": expected an input of shape " + wanted + ", received " + in + remedy);
    }
    return in;
  }
}
