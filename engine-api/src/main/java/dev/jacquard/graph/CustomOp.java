package dev.jacquard.graph;

import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * The open door of the op set: an op from a plug-in, which brings its own definition in plain Java
 * and so runs on every backend. The plan splits around it: the backend hands it canonical dense
 * row-major batches in double precision and takes its results back. A record of what distinguishes
 * two such ops is the natural implementation: its text is part of a plan's fingerprint, so that a
 * resume with another op is refused. It must be the same in every process, which an array's is not:
 * keep a list. An implementation is immutable and may be called from several threads for disjoint
 * calls.
 */
public non-sealed interface CustomOp extends Op {

  /** The stable name, as in the layer that it comes from: {@code acme:squeeze}. */
  String type();

  /**
   * The output's shape for one sample.
   *
   * @throws dev.jacquard.error.JacquardException if the inputs do not suit
   */
  Shape outputShape(List<Shape> inputs);

  /** The trainable parameters that it owns, none by default. */
  default List<Weight> weights(List<Shape> inputs) {
    return List.of();
  }

  /** Computes {@link Call#output()} from inputs and weights. */
  void forward(Call call);

  /**
   * Adds to {@link Call#inputGradient} and {@link Call#weightGradient}, which arrive zeroed, from
   * inputs, weights and {@link Call#outputGradient()}.
   */
  void backward(Call call);

  @Override
  default <R> R accept(OpVisitor<R> visitor) {
    return visitor.custom(this);
  }

  /** A trainable parameter of a custom op. */
  record Weight(String role, Shape shape, Initializer initializer) {}

  /**
   * One call's batch. Arrays may be longer than the batch needs; what is behind it is not to be
   * touched.
   */
  interface Call {
    /** How many samples the batch has. */
    int batch();

    /** Whether this is training rather than inference. */
    boolean training();

    /** The shape of one sample of input {@code index}. */
    Shape inputShape(int index);

    /** The shape of one sample of the output. */
    Shape outputShape();

    /** Input {@code index}, {@code [N, ...]}. */
    double[] input(int index);

    /** Weight {@code index}. */
    double[] weight(int index);

    /** The output, {@code [N, ...]}, to be overwritten by {@code forward}. */
    double[] output();

    /** The loss's gradient by the output, for {@code backward}. */
    double[] outputGradient();

    /** The loss's gradient by input {@code index}, to be added to. */
    double[] inputGradient(int index);

    /** The loss's gradient by weight {@code index}, to be added to. */
    double[] weightGradient(int index);
  }
}
