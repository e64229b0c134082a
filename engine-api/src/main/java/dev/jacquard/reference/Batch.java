package dev.jacquard.reference;

import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.DType;

/** Labelled samples as the network sees them. */
public final class Batch {
  private final double[] inputs;
  private final int[] labels;

  /**
   * A batch of these numbers.
   *
   * @param inputs {@code [N, ...]}, row-major; not copied
   * @param labels {@code [N]}; not copied
   */
  public Batch(double[] inputs, int[] labels) {
    this.inputs = inputs;
    this.labels = labels;
  }

  /**
   * The samples {@code indices[from .. from + count - 1]} of a data set, through a graph's input:
   * {@code stored * scale + offset}.
   */
  public static Batch of(Op.Input input, DataSet data, int[] indices, int from, int count) {
    int elements = data.sample().elements();
    double[] inputs = new double[count * elements];
    int[] labels = new int[count];
    for (int n = 0; n < count; n++) {
      int sample = indices[from + n];
      labels[n] = data.label(sample);
      for (int e = 0; e < elements; e++) {
        double stored = stored(data, sample * elements + e);
        inputs[n * elements + e] = stored * input.scale() + input.offset();
      }
    }
    return new Batch(inputs, labels);
  }

  private static double stored(DataSet data, int element) {
    return data.dtype() == DType.U8 ? data.bytes()[element] & 0xFF : data.floats()[element];
  }

  /** The number of samples. */
  public int size() {
    return labels.length;
  }

  /** The samples' elements, {@code [N, ...]}; not a copy. */
  public double[] inputs() {
    return inputs;
  }

  /** The class of sample {@code n}. */
  public int label(int n) {
    return labels[n];
  }
}
