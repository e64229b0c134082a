package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.DType;

/** Fetches a batch's samples from the resident data into the first value, as numbers. */
final class Gather {
  private final Op.Input input;
  private final Layout layout;
  private final float[] out;

  private final float[] numbers;

  Gather(Op.Input input, Layout layout, float[] out) {
    this.input = input;
    this.layout = layout;
    this.out = out;
    this.numbers = numbers(input);
  }

  /** What each stored byte stands for. */
  static float[] numbers(Op.Input input) {
    float[] numbers = new float[256];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Math.fma((float) i, input.scale(), input.offset());
    }
    return numbers;
  }

  Stage stage(Plan.Stage about) {
    return new ImagesStage(about, layout.image(), this::images);
  }

  private void images(Step step, int first, int count, int worker) {
    int elements = input.shape().elements();
    int row = layout.width() * layout.channels();
    boolean bytes = input.stored() == DType.U8;
    for (int i = first; i < first + count; i++) {
      int from = step.indices[step.at + i] * elements;
      for (int h = 0; h < layout.height(); h++, from += row) {
        int to = layout.origin() + i * layout.image() + h * layout.row();
        if (bytes) {
          bytes(step.data.set().bytes(), from, to);
        } else {
          floats(step.data.set().floats(), from, to);
        }
      }
    }
  }

  private void bytes(byte[] stored, int from, int to) {
    int channels = layout.channels();
    int physical = layout.physical();
    // One loop where it can be: loops of a channel or three are all beginning and end.
    int run = channels == physical ? layout.width() * channels : channels;
    int runs = layout.width() * channels / run;
    for (int r = 0; r < runs; r++) {
      for (int i = 0; i < run; i++) {
        out[to + r * physical + i] = numbers[stored[from + r * run + i] & 0xFF];
      }
    }
  }

  private void floats(float[] stored, int from, int to) {
    int channels = layout.channels();
    int physical = layout.physical();
    int run = channels == physical ? layout.width() * channels : channels;
    int runs = layout.width() * channels / run;
    for (int r = 0; r < runs; r++) {
      for (int i = 0; i < run; i++) {
        out[to + r * physical + i] =
            Math.fma(stored[from + r * run + i], input.scale(), input.offset());
      }
    }
  }
}
