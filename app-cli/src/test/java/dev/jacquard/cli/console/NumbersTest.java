package dev.jacquard.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void aLossStaysShortWhenATrainingExplodes() {
    assertEquals("0.2965", Numbers.share(0.29649));
    assertEquals("999999.0000", Numbers.share(999_999));
    assertEquals("2.5111e+31", Numbers.share(2.5110989e31));
    assertEquals("NaN", Numbers.share(Double.NaN));
  }
}
