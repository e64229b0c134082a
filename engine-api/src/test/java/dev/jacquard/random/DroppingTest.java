package dev.jacquard.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.graph.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DroppingTest {
  private static double mean(double rate) {
    Dropping dropping = Dropping.of(rate);
    double kept = 1 - dropping.threshold() / (double) (1 << dropping.bits());
    return kept * dropping.scale();
  }

  @ParameterizedTest
  @CsvSource({"0.5, 1, 1", "0.25, 2, 1", "0.9375, 4, 15", "0.99609375, 8, 255"})
  void fewBitsAreEnoughForWhatTheyRepresent(double rate, int bits, int threshold) {
    Dropping dropping = Dropping.of(rate);
    assertEquals(new Dropping(bits, threshold, (float) (1 / (1 - rate))), dropping);
    assertEquals(1, mean(rate), 1e-7);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9})
  void theMeanStays(double rate) {
    assertEquals(1, mean(rate), 1e-4);
  }

  /** The share of draws is rounded to 16 bits, the scale is not. */
  @Test
  void theMeanStaysUpToTheHighestRate() {
    double highest = Op.Dropout.RATES.high();
    for (double rate = 0.99; rate < highest; rate += 1e-6) {
      assertEquals(1, mean(rate), 0.01);
    }
    assertEquals(1, mean(highest), 0.01);
  }
}
