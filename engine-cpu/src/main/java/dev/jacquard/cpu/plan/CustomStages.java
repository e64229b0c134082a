package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * A plug-in's op: hands it the batch in canonical order and double precision and takes its results
 * back. It runs on the calling thread, as it may be defined over the whole batch.
 */
final class CustomStages {
  private final Blueprint blueprint;
  private final Node node;
  private final CustomOp op;
  private final List<Rows> inputs;
  private final Rows y;
  private final Buffers buffers;
  private final float[] state;

  CustomStages(
      Blueprint blueprint,
      Node node,
      List<Rows> inputs,
      Rows y,
      float[] state,
      int batch,
      boolean training,
      Arena arena) {
    this.blueprint = blueprint;
    this.node = node;
    this.op = (CustomOp) node.op();
    this.inputs = List.copyOf(inputs);
    this.y = y;
    this.state = state;
    this.buffers = new Buffers(blueprint, node, batch, training, arena);
  }

  Stage forward(Plan.Stage about) {
    return new OnCaller(about, this::forward);
  }

  private void forward(Step step) {
    buffers.batch = step.n;
    for (int k = 0; k < inputs.size(); k++) {
      out(inputs.get(k), step.n, buffers.input(k));
    }
    for (int k = 0; k < node.parameters().size(); k++) {
      int at = blueprint.place(node.parameters().get(k).name()).at();
      double[] weight = buffers.weight(k);
      for (int i = 0; i < weight.length; i++) {
        weight[i] = state[at + i];
      }
    }
    op.forward(buffers);
    in(buffers.output(), step.n, y);
  }

  Stage backward(Plan.Stage about, Rows dy, Rows[] dx, float[] gradients) {
    return new OnCaller(about, step -> backward(step, dy, dx, gradients));
  }

  private void backward(Step step, Rows dy, Rows[] dx, float[] gradients) {
    out(dy, step.n, buffers.outputGradient());
    buffers.clearGradients();
    op.backward(buffers);
    for (int k = 0; k < dx.length; k++) {
      if (dx[k] != null) {
        in(buffers.inputGradient(k), step.n, dx[k]);
      }
    }
    for (int k = 0; k < node.parameters().size(); k++) {
      int at = blueprint.place(node.parameters().get(k).name()).at();
      double[] gradient = buffers.weightGradient(k);
      for (int i = 0; i < gradient.length; i++) {
        gradients[at + i] = (float) gradient[i];
      }
    }
  }

  private static void out(Rows from, int n, double[] to) {
    Layout layout = from.layout();
    int elements = layout.pixels() * layout.channels();
    for (int i = 0; i < n; i++) {
      int base = i * layout.image();
      for (int e = 0; e < elements; e++) {
        to[i * elements + e] = from.values()[base + layout.offset(e)];
      }
    }
  }

  private static void in(double[] from, int n, Rows to) {
    Layout layout = to.layout();
    int elements = layout.pixels() * layout.channels();
    for (int i = 0; i < n; i++) {
      int base = i * layout.image();
      for (int e = 0; e < elements; e++) {
        to.values()[base + layout.offset(e)] = (float) from[i * elements + e];
      }
    }
  }

  /** A stage on the calling thread. */
  private record OnCaller(Plan.Stage describe, java.util.function.Consumer<Step> body)
      implements Stage {
    @Override
    public void run(Step step) {
      body.accept(step);
    }

    @Override
    public int sections() {
      return 0;
    }
  }

  /** The arrays that the op sees. */
  private static final class Buffers implements CustomOp.Call {
    private final Graph graph;
    private final Node node;
    private final double[][] inputs;
    private final double[][] inputGradients;
    private final double[][] weights;
    private final double[][] weightGradients;
    private final double[] output;
    private final double[] outputGradient;
    private final boolean training;
    private int batch;

    Buffers(Blueprint blueprint, Node node, int capacity, boolean training, Arena arena) {
      String what = "the buffers of " + node.name();
      this.graph = blueprint.graph();
      this.node = node;
      this.training = training;
      inputs = new double[node.inputs().size()][];
      inputGradients = new double[inputs.length][];
      for (int k = 0; k < inputs.length; k++) {
        long count = (long) capacity * blueprint.graph().inputShape(node, k).elements();
        inputs[k] = arena.doubles(count, what);
        inputGradients[k] = arena.doubles(training ? count : 0, what);
      }
      weights = new double[node.parameters().size()][];
      weightGradients = new double[weights.length][];
      for (int k = 0; k < weights.length; k++) {
        int count = node.parameters().get(k).shape().elements();
        weights[k] = arena.doubles(count, what);
        weightGradients[k] = arena.doubles(training ? count : 0, what);
      }
      long count = (long) capacity * node.shape().elements();
      output = arena.doubles(count, what);
      outputGradient = arena.doubles(training ? count : 0, what);
    }

    void clearGradients() {
      for (double[] gradient : inputGradients) {
        java.util.Arrays.fill(gradient, 0);
      }
      for (double[] gradient : weightGradients) {
        java.util.Arrays.fill(gradient, 0);
      }
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
}
