package dev.jacquard.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataSetTest {
  private static final Shape ONE = Shape.of(1);
  private static final List<String> THREE = List.of("a", "b", "c");

  private static DataSet of300Classes(int... labels) {
    byte[] elements = {7, 8};
    return DataSet.ofBytes("many", ONE, elements, labels, Collections.nCopies(300, "some"));
  }

  @Test
  void labelsAreOfAsManyClassesAsThereAre() {
    assertEquals(299, of300Classes(299, 5).label(0));
    assertArrayEquals(new int[] {5}, of300Classes(299, 5).slice(1, 1).labels());
    assertEquals(
        "many: label 1 is 300, expected 0 to 299",
        assertThrows(JacquardException.class, () -> of300Classes(0, 300)).getMessage());
    assertEquals(
        "many: label 0 is -1, expected 0 to 299",
        assertThrows(JacquardException.class, () -> of300Classes(-1, 0)).getMessage());
  }

  /** Run folders hold it, so it must stay what it is: the values are from another program. */
  @Test
  void theDigestIsOfSamplesAndLabels() {
    DataSet bytes = DataSet.ofBytes("x", ONE, new byte[] {1, 2, 3}, new int[] {0, 1, 1}, THREE);
    assertEquals(
        "74141f9d59c8dbd63ece74f8ccdc5bfc654c74b416d1113b78dfe2990a4e8279", bytes.digest());
    float[] numbers = new float[20000]; // more than a block
    int[] labels = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i * 0.5f;
      labels[i] = i % 3;
    }
    DataSet floats = DataSet.ofFloats("x", ONE, numbers, labels, THREE);
    assertEquals(
        "52e523c64c18fef7fb24e9951f89d0157af385c830e8091d802ef1c9541fe653", floats.digest());
    assertEquals(
        "20bf6cd5e8702d835fbf9fb6893ecdac296d1a761a63be18ae5c6a50ea6390b4",
        of300Classes(299, 5).digest());
  }
}
