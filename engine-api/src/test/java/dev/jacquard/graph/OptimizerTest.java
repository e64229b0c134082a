package dev.jacquard.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.jacquard.error.JacquardException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a network file may not say, a program may not either: its model could not be read back. */
class OptimizerTest {

  private static Arguments refusal(String message, Supplier<Optimizer> made) {
    return arguments(message, made);
  }

  static Stream<Arguments> refusals() {
    String rate = "learning_rate: expected a number above 0, received ";
    String momentum = "expected a number of at least 0 and below 1, received ";
    String epsilon = "epsilon: expected a number of at least 1e-12 and at most 1, received ";
    return Stream.of(
        refusal("Adam: " + rate + "0.0", () -> new Optimizer.Adam(0, .9, .999, 1e-7)),
        refusal("Adam: " + rate + "NaN", () -> new Optimizer.Adam(Double.NaN, .9, .999, 1e-7)),
        refusal("Adam: beta_1: " + momentum + "1.0", () -> new Optimizer.Adam(1e-3, 1, .9, 1e-7)),
        refusal("Adam: beta_2: " + momentum + "1.0", () -> new Optimizer.Adam(1e-3, .9, 1, 1e-7)),
        refusal("Adam: " + epsilon + "0.0", () -> new Optimizer.Adam(1e-3, .9, .999, 0)),
        refusal("AdamW: " + rate + "-1.0", () -> new Optimizer.AdamW(-1, .9, .999, 1e-7, 0)),
        refusal(
            "AdamW: beta_1: " + momentum + "-0.1", () -> new Optimizer.AdamW(1, -.1, .9, 1e-7, 0)),
        refusal("AdamW: beta_2: " + momentum + "2.0", () -> new Optimizer.AdamW(1, .9, 2, 1e-7, 0)),
        refusal("AdamW: " + epsilon + "2.0", () -> new Optimizer.AdamW(1, .9, .999, 2, 0)),
        refusal(
            "AdamW: weight_decay: expected a number of at least 0, received -0.1",
            () -> new Optimizer.AdamW(1, .9, .999, 1e-7, -.1)),
        refusal(
            "SGD: " + rate + "Infinity",
            () -> new Optimizer.Sgd(Double.POSITIVE_INFINITY, 0, false)),
        refusal("SGD: momentum: " + momentum + "1.0", () -> new Optimizer.Sgd(1, 1, false)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void numbersAreWithinTheirIntervals(String message, Supplier<Optimizer> made) {
    assertEquals(message, assertThrows(JacquardException.class, made::get).getMessage());
  }
}
