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

  @Test
  void aTimeHasTheUnitThatSuitsIt() {
    assertEquals("4.80 us", Numbers.time(4.8e-6));
    assertEquals("17.4 ms", Numbers.time(0.0174));
    assertEquals("130 ms", Numbers.time(0.13));
    assertEquals("1.00 s", Numbers.time(1));
    assertEquals("0.00 us", Numbers.time(0));
    assertEquals("12.5 %", Numbers.percent(0.125));
  }
}
