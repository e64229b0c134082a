package dev.jacquard.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.error.JacquardException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class OpTest {
  @Test
  void batchNormNeedsAnEpsilon() {
    JacquardException refused =
        assertThrows(JacquardException.class, () -> new Op.BatchNorm(0.9f, 0, true, true));
    assertEquals(
        "batch normalisation: expected an epsilon above 0, received 0.0", refused.getMessage());
  }

  private static void refuses(String message, Supplier<Op> made) {
    assertEquals(message, assertThrows(JacquardException.class, made::get).getMessage());
  }

  /** Others would turn activations or gradients into NaN or an infinity, or forget the labels. */
  @Test
  void settingsAreWithinTheirIntervals() {
    refuses(
        "dropout: rate: expected a number of at least 0 and at most 0.999, received 0.9995",
        () -> new Op.Dropout(0.9995));
    refuses(
        "activation: slope: expected a finite number, received Infinity",
        () -> new Op.Activation(Op.Activation.Function.LEAKY_RELU, Float.POSITIVE_INFINITY));
    refuses(
        "activation: slope: expected a finite number, received NaN",
        () -> new Op.Activation(Op.Activation.Function.LEAKY_RELU, Float.NaN));
    refuses(
        "activation: slope: expected 0 for RELU, received 0.5; use LEAKY_RELU",
        () -> new Op.Activation(Op.Activation.Function.RELU, 0.5f));
    refuses(
        "conv2d: filters: expected at least 1, received 0",
        () -> new Op.Conv2d(0, new Window(1, 1, 1, 1, 0, 0, 1, 1), true));
    refuses("dense: units: expected at least 1, received -1", () -> new Op.Dense(-1, true));
    refuses(
        "loss: label_smoothing: expected a number of at least 0 and below 1, received 1.0",
        () -> new Op.SoftmaxCrossEntropy(1));
  }
}
