package dev.jacquard.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Parameter;
import dev.jacquard.random.Philox;
import dev.jacquard.random.Philox.Purpose;

/**
 * Compares the gradients of a graph's loss, by every parameter and by the input, with central
 * differences.
 */
final class FiniteDifferences {
  /** Far below the distance to the next kink, far above double's rounding. */
  private static final double STEP = 1e-6;

  private static final double TOLERANCE = 1e-7;
  private static final long GLOBAL_STEP = 3;
  private static final int POSITION = 5;

  private final ReferenceModel model;
  private final Batch batch;

  private FiniteDifferences(ReferenceModel model, Batch batch) {
    this.model = model;
    this.batch = batch;
  }

  /** Checks {@code graph} in training mode with a batch of {@code size}. */
  static void check(Graph graph, int size) {
    int[] labels = new int[size];
    for (int n = 0; n < size; n++) {
      labels[n] = (n * 7 + 1) % graph.classes();
    }
    double[] inputs = uniform(0, size * graph.input().shape().elements());
    ReferenceModel model = new ReferenceModel(graph, 17);
    for (Parameter parameter : graph.parameters()) {
      if (!parameter.role().equals("kernel")) {
        double[] values = model.parameter(parameter.name());
        double[] drawn = uniform(parameter.name().hashCode(), values.length);
        for (int i = 0; i < values.length; i++) {
          values[i] += 0.5 * drawn[i];
        }
      }
    }
    new FiniteDifferences(model, new Batch(inputs, labels)).check();
  }

  /** Numbers between -1 and 1. */
  static double[] uniform(int stream, int count) {
    int[] words = new int[4];
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      Philox.block(23, i, stream, 0, Philox.stream(Purpose.TEST, 0), words, 0);
      values[i] = 2 * Philox.unit(words[0]) - 1;
    }
    return values;
  }

  private void check() {
    Pass pass = model.gradients(batch, GLOBAL_STEP, POSITION);
    compare("input", batch.inputs(), pass.gradient(0));
    for (Parameter parameter : model.graph().parameters()) {
      if (parameter.trainable()) {
        String name = parameter.name();
        compare(name, model.parameter(name), pass.parameterGradient(name));
      }
    }
  }

  /** Moves each value up and down and asks the loss. */
  private void compare(String name, double[] values, double[] gradient) {
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      values[i] = value + STEP;
      double above = loss();
      values[i] = value - STEP;
      double below = loss();
      values[i] = value;
      assertEquals((above - below) / (2 * STEP), gradient[i], TOLERANCE, name + "[" + i + "]");
    }
  }

  private double loss() {
    return model.gradients(batch, GLOBAL_STEP, POSITION).loss();
  }
}
