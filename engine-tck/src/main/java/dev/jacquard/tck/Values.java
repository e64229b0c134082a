package dev.jacquard.tck;

import dev.jacquard.data.DataSet;
import dev.jacquard.random.Philox;
import dev.jacquard.random.Philox.Purpose;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Numbers that look random and are the same everywhere. */
final class Values {
  private Values() {}

  /** Word {@code index} of the stream {@code seed}. */
  private static int word(long seed, int index) {
    int[] block = new int[4];
    Philox.block(seed, index / 4, 0, 0, Philox.stream(Purpose.TEST, 0), block, 0);
    return block[index % 4];
  }

  /** Numbers between {@code low} and {@code high}. */
  static float[] uniform(long seed, int count, double low, double high) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (low + (high - low) * Philox.unit(word(seed, i)));
    }
    return values;
  }

  /** The same numbers with the 10 bits of mantissa that TF32 keeps. */
  static float[] coarse(float[] values) {
    float[] coarse = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      coarse[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i]) & -0x2000);
    }
    return coarse;
  }

  /** Integers from {@code -limit} to {@code limit}, none of them 0. */
  static float[] integers(long seed, int count, int limit) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      int draw = Integer.remainderUnsigned(word(seed, i), 2 * limit) - limit;
      values[i] = draw < 0 ? draw : draw + 1;
    }
    return values;
  }

  /** Labels from 0 to {@code classes - 1}. */
  static int[] labels(long seed, int count, int classes) {
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = Integer.remainderUnsigned(word(seed ^ 0x1abe1, i), classes);
    }
    return labels;
  }

  /** A data set of bytes from the whole range. */
  static DataSet bytes(long seed, Shape sample, int size, int classes) {
    byte[] values = new byte[size * sample.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) word(seed, i);
    }
    return DataSet.ofBytes("test", sample, values, labels(seed, size, classes), names(classes));
  }

  /** A data set of numbers between -1 and 1, which TF32 does not round. */
  static DataSet floats(long seed, Shape sample, int size, int classes) {
    return floats(
        sample,
        coarse(uniform(seed, size * sample.elements(), -1, 1)),
        labels(seed, size, classes),
        classes);
  }

  /** A data set of these numbers. */
  static DataSet floats(Shape sample, float[] values, int[] labels, int classes) {
    return DataSet.ofFloats("test", sample, values, labels, names(classes));
  }

  private static List<String> names(int classes) {
    List<String> names = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      names.add("class " + c);
    }
    return names;
  }

  /** The numbers 0 to {@code count - 1}. */
  static int[] range(int count) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i;
    }
    return numbers;
  }
}
