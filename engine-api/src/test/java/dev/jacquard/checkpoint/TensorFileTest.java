package dev.jacquard.checkpoint;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TensorFileTest {
  private static final Map<String, Shape> EXPECTED = new LinkedHashMap<>();

  static {
    EXPECTED.put("dense/kernel", Shape.of(4, 2));
    EXPECTED.put("dense/bias", Shape.of(2));
  }

  @Test
  void acceptsTheExpectedTensorsInAnyOrder() {
    TensorFile file = file("dense/bias", Shape.of(2), "dense/kernel", Shape.of(4, 2));
    assertDoesNotThrow(() -> file.requireExactly("m", EXPECTED));
  }

  @Test
  void refusesAMissingTensor() {
    assertRefused(
        "tensor dense/bias of shape [2] is missing",
        new TensorFile(Map.of("dense/kernel", Tensor.zeros(Shape.of(4, 2))), Map.of()));
  }

  @Test
  void refusesASurplusTensor() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    EXPECTED.forEach((name, shape) -> tensors.put(name, Tensor.zeros(shape)));
    tensors.put("dense_1/bias", Tensor.zeros(Shape.of(2)));
    assertRefused("tensor dense_1/bias is surplus", new TensorFile(tensors, Map.of()));
  }

  /** A file's names are anybody's. */
  @Test
  void showsAHostileNameOnOneLine() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    EXPECTED.forEach((name, shape) -> tensors.put(name, Tensor.zeros(shape)));
    tensors.put("\u001b[2J\nall is well", Tensor.zeros(Shape.of(2)));
    assertRefused(
        "tensor \\u001b[2J\\u000aall is well is surplus", new TensorFile(tensors, Map.of()));
  }

  @Test
  void refusesAnotherShape() {
    assertRefused(
        "tensor dense/kernel: expected shape [4, 2], received [2, 4]",
        file("dense/kernel", Shape.of(2, 4), "dense/bias", Shape.of(2)));
  }

  @Test
  void namesTheFirstDifferenceAndCountsTheOthers() {
    assertRefused(
        "tensor dense/kernel: expected shape [4, 2], received [4] (and 1 other)",
        file("dense/kernel", Shape.of(4), "dense/bias", Shape.of(1)));
    assertRefused(
        "tensor dense/kernel of shape [4, 2] is missing (and 3 others)",
        file("a", Shape.of(4), "b", Shape.of(1)));
  }

  @Test
  void keepsItsOwnCopyOfTheMaps() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    TensorFile file = new TensorFile(tensors, Map.of());
    tensors.put("late", Tensor.zeros(Shape.of(1)));
    assertEquals(Map.of(), file.tensors());
    assertThrows(UnsupportedOperationException.class, () -> file.metadata().put("a", "b"));
  }

  private static TensorFile file(String name1, Shape shape1, String name2, Shape shape2) {
    return new TensorFile(
        Map.of(name1, Tensor.zeros(shape1), name2, Tensor.zeros(shape2)), Map.of());
  }

  private static void assertRefused(String expected, TensorFile file) {
    JacquardException failure =
        assertThrows(JacquardException.class, () -> file.requireExactly("m.safetensors", EXPECTED));
    assertEquals(
        "m.safetensors does not fit the network: "
            + expected
            + "; use the network that the file was made with",
        failure.getMessage());
  }
}
