package dev.jacquard.reference;

import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * A node in a pass, with the arrays that it reads and writes: activations are {@code [N, ...]},
 * row-major.
 */
record Place(Pass pass, Node node) {
  int batch() {
    return pass.batch();
  }

  boolean training() {
    return pass.training();
  }

  Draws draws() {
    return pass.draws();
  }

  int inputs() {
    return node.inputs().size();
  }

  /** The shape of input {@code index}, without the batch. */
  Shape inputShape(int index) {
    return pass.graph().inputShape(node, index);
  }

  double[] input(int index) {
    return pass.output(node.inputs().get(index));
  }

  double[] output() {
    return pass.output(node.id());
  }

  double[] outputGradient() {
    return pass.gradient(node.id());
  }

  double[] inputGradient(int index) {
    return pass.gradient(node.inputs().get(index));
  }

  /** The parameter of this role. */
  double[] parameter(String role) {
    return named(node.name() + "/" + role);
  }

  double[] parameterGradient(String role) {
    return namedGradient(node.name() + "/" + role);
  }

  double[] named(String parameter) {
    return pass.parameter(parameter);
  }

  double[] namedGradient(String parameter) {
    return pass.parameterGradient(parameter);
  }

  /** The class of sample {@code n} of the batch. */
  int label(int n) {
    return pass.batchData().label(n);
  }

  /** Notes the loss and the predicted class of sample {@code n}. */
  void score(int n, double loss, int predicted) {
    pass.score(n, loss, predicted);
  }

  /**
   * Adds the output's gradient, summed over all but the channels, to the bias's: but exactly 0 if
   * only a batch norm follows, which takes every constant away again.
   */
  void addBiasGradient(int channels) {
    List<Integer> consumers = pass.graph().consumers(node.id());
    if (consumers.size() == 1 && pass.graph().node(consumers.get(0)).op() instanceof Op.BatchNorm) {
      return;
    }
    double[] dy = outputGradient();
    for (int e = 0; e < dy.length; e++) {
      parameterGradient("bias")[e % channels] += dy[e];
    }
  }
}
