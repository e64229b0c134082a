package dev.jacquard.opencl.plan;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Parameter;
import dev.jacquard.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A plug-in's op: the batch goes to the host in canonical order and double precision, and what
 * comes out goes back.
 */
final class CustomCall implements CustomOp.Call {
  private final Script script;
  private final Graph graph;
  private final Node node;
  private final CustomOp op;
  private final boolean training;
  private final double[][] inputs;
  private final double[][] inputGradients;
  private final double[][] weights;
  private final double[][] weightGradients;
  private final double[] output;
  private final double[] outputGradient;
  private final ByteBuffer staging;
  private int batch;

  /**
   * For batches of up to {@code capacity} samples, for which {@link Values} has its buffers: so the
   * numbers of a batch can be counted.
   */
  CustomCall(Script script, Graph graph, Node node, int capacity, boolean training) {
    this.script = script;
    this.graph = graph;
    this.node = node;
    this.op = (CustomOp) node.op();
    this.training = training;
    // First: it refuses what is too much before there is memory for it.
    this.staging = Host.bytes(4L * most(capacity));
    this.inputs = new double[node.inputs().size()][];
    this.inputGradients = new double[inputs.length][];
    for (int k = 0; k < inputs.length; k++) {
      int count = capacity * inputShape(k).elements();
      inputs[k] = new double[count];
      inputGradients[k] = new double[training ? count : 0];
    }
    this.weights = new double[node.parameters().size()][];
    this.weightGradients = new double[weights.length][];
    for (int k = 0; k < weights.length; k++) {
      int count = node.parameters().get(k).shape().elements();
      weights[k] = new double[count];
      weightGradients[k] = new double[count];
    }
    this.output = new double[capacity * node.shape().elements()];
    this.outputGradient = new double[training ? output.length : 0];
  }

  /** Numbers of the largest of what it takes and gives. */
  private int most(int capacity) {
    int most = capacity * node.shape().elements();
    for (int k = 0; k < node.inputs().size(); k++) {
      most = Math.max(most, capacity * inputShape(k).elements());
    }
    for (Parameter parameter : node.parameters()) {
      most = Math.max(most, parameter.shape().elements());
    }
    return most;
  }

  /** The forward pass from and to these buffers. */
  Command forward(List<Long> x, List<Long> w, long y) {
    return turn -> {
      batch = turn.n;
      for (int k = 0; k < inputs.length; k++) {
        read(x.get(k), inputs[k], batch * inputShape(k).elements());
      }
      for (int k = 0; k < weights.length; k++) {
        read(w.get(k), weights[k], weights[k].length);
      }
      op.forward(this);
      write(output, y, batch * node.shape().elements(), false);
    };
  }

  /**
   * The backward pass.
   *
   * @param dx where the gradients of the inputs go; null for those that nobody needs
   * @param add which of them are added to what is there
   */
  Command backward(long dy, List<Long> dx, List<Boolean> add, List<Long> dw) {
    return turn -> {
      read(dy, outputGradient, batch * node.shape().elements());
      for (double[] gradient : inputGradients) {
        Arrays.fill(gradient, 0);
      }
      for (double[] gradient : weightGradients) {
        Arrays.fill(gradient, 0);
      }
      op.backward(this);
      for (int k = 0; k < inputs.length; k++) {
        if (dx.get(k) != null) {
          write(inputGradients[k], dx.get(k), batch * inputShape(k).elements(), add.get(k));
        }
      }
      for (int k = 0; k < weights.length; k++) {
        write(weightGradients[k], dw.get(k), weights[k].length, false);
      }
    };
  }

  private void read(long from, double[] to, int count) {
    script.cl().read(script.queue(), from, 0, staging.clear().limit(4 * count));
    for (int i = 0; i < count; i++) {
      to[i] = staging.getFloat(4 * i);
    }
  }

  private void write(double[] from, long to, int count, boolean add) {
    staging.clear().limit(4 * count);
    if (add) {
      script.cl().read(script.queue(), to, 0, staging);
      staging.rewind();
    }
    for (int i = 0; i < count; i++) {
      float before = add ? staging.getFloat(4 * i) : 0;
      staging.putFloat(4 * i, add ? before + (float) from[i] : (float) from[i]);
    }
    script.cl().write(script.queue(), to, 0, staging);
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public boolean training() {
    return training;
  }

  @Override
  public Shape inputShape(int index) {
    return graph.inputShape(node, index);
  }

  @Override
  public Shape outputShape() {
    return node.shape();
  }

  @Override
  public double[] input(int index) {
    return inputs[index];
  }

  @Override
  public double[] weight(int index) {
    return weights[index];
  }

  @Override
  public double[] output() {
    return output;
  }

  @Override
  public double[] outputGradient() {
    return outputGradient;
  }

  @Override
  public double[] inputGradient(int index) {
    return inputGradients[index];
  }

  @Override
  public double[] weightGradient(int index) {
    return weightGradients[index];
  }
}
