package dev.jacquard.opencl;

import dev.jacquard.backend.Stretch;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Parameter;
import dev.jacquard.graph.Window;
import dev.jacquard.random.Philox;
import dev.jacquard.random.Philox.Purpose;
import dev.jacquard.reference.ReferenceModel;
import dev.jacquard.tensor.Shape;
import java.util.stream.IntStream;

/** A network and a data set of random bytes to try a device with. */
record Trial(Graph graph, DataSet data, int batch) {
  /** Uses both halves of the key. */
  static final long SEED = 0x9E3779B97F4A7C15L;

  private static final float SLOPE = 0.1f;
  private static final double RATE = 0.25;

  /**
   * A trial.
   *
   * @param sample {@code [H, W, C]}
   * @param batch samples of a full step
   * @param filters of each block, the last being the number of classes
   */
  static Trial of(Shape sample, int batch, int... filters) {
    GraphBuilder builder = GraphBuilder.overBytes(sample);
    for (int b = 0; b < filters.length; b++) {
      addBlock(builder, b, filters[b]);
    }
    builder.add("global", new Op.GlobalAvgPool(), builder.last());
    Graph graph = builder.build("head", 0);
    return new Trial(graph, data(sample, 3 * batch, graph.classes()), batch);
  }

  private static void addBlock(GraphBuilder builder, int b, int filters) {
    Window taps = Window.over(builder.shape(builder.last()), 3, 3, 1, 1, true);
    builder.add("conv" + b, new Op.Conv2d(filters, taps, true), builder.last());
    builder.add("norm" + b, new Op.BatchNorm(0.99f, 1e-3f, true, true), builder.last());
    builder.add(
        "leaky" + b, new Op.Activation(Op.Activation.Function.LEAKY_RELU, SLOPE), builder.last());
    builder.add("drop" + b, new Op.Dropout(RATE), builder.last());
    Window pairs = Window.over(builder.shape(builder.last()), 2, 2, 2, 2, true);
    builder.add("pool" + b, new Op.MaxPool(pairs), builder.last());
  }

  private static DataSet data(Shape sample, int samples, int classes) {
    byte[] elements = new byte[samples * sample.elements()];
    for (int e = 0; e < elements.length; e++) {
      elements[e] = (byte) random(0, e);
    }
    byte[] labels = new byte[samples];
    for (int n = 0; n < samples; n++) {
      labels[n] = (byte) Integer.remainderUnsigned(random(1, n), classes);
    }
    return DataSet.ofBytes(
        "trial",
        sample,
        elements,
        labels,
        IntStream.range(0, classes).mapToObj(c -> "c" + c).toList());
  }

  private static int random(int stream, int index) {
    int[] words = new int[4];
    Philox.block(SEED, index, 0, 0, Philox.stream(Purpose.TEST, stream), words, 0);
    return words[0];
  }

  /**
   * An oracle whose biases, scales and shifts are not the plain 0 and 1 that training starts at.
   */
  ReferenceModel oracle() {
    ReferenceModel model = new ReferenceModel(graph, SEED);
    int stream = 2;
    for (Parameter parameter : graph.parameters()) {
      double[] values = model.parameter(parameter.name());
      if (parameter.trainable() && !parameter.role().equals("kernel")) {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (values[i] + Philox.unit(random(stream, i)) - 0.5);
        }
      }
      stream++;
    }
    return model;
  }

  /** Steps of these sizes, taken one after the other from an epoch that runs backwards. */
  Stretch stretch(long firstStep, int from, int... sizes) {
    Stretch stretch = new Stretch(batch, sizes.length);
    stretch.clear(firstStep);
    int[] order = IntStream.range(0, data.size()).map(n -> data.size() - 1 - n).toArray();
    int position = from;
    for (int size : sizes) {
      stretch.add(order, position, size, position, 0.001);
      position += size;
    }
    return stretch;
  }
}
