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

  /** No more digits and no smaller unit than the number has when it is rounded. */
  @Test
  void roundingGoesOnToTheNextUnit() {
    assertEquals("999", Numbers.decimal(999));
    assertEquals("1.00 k", Numbers.decimal(1000));
    assertEquals("10.0 k", Numbers.decimal(9_999));
    assertEquals("100 k", Numbers.decimal(99_960));
    assertEquals("999 k", Numbers.decimal(999_499));
    assertEquals("1.00 M", Numbers.decimal(999_999));
    assertEquals("9.22 E", Numbers.decimal(Long.MAX_VALUE));
    assertEquals("1023 B", Numbers.bytes(1023));
    assertEquals("1000 KiB", Numbers.bytes(1000 << 10));
    assertEquals("1.00 MiB", Numbers.bytes((1 << 20) - 1));
    assertEquals("1.00 s", Numbers.time(0.99996));
    assertEquals("1.00 ms", Numbers.time(0.99996e-3));
    assertEquals("10.0 ms", Numbers.time(9.999e-3));
  }
}
