package dev.jacquard.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasurementTest {
  @Test
  void theMedianOfAnOddCountIsTheMiddleOne() {
    assertEquals(new Summary(3, 1, 9), Summary.of(9, 1, 3));
  }

  @Test
  void theMedianOfAnEvenCountIsTheMeanOfTheMiddleTwo() {
    assertEquals(new Summary(2.5, 1, 10), Summary.of(10, 3, 2, 1));
  }

  @Test
  void noFiguresHaveNoMedian() {
    assertThrows(IllegalArgumentException.class, Summary::of);
  }

  @Test
  void summingUpLeavesTheFiguresInTheirOrder() {
    double[] figures = {3, 1, 2};
    Summary.of(figures);
    assertArrayEquals(new double[] {3, 1, 2}, figures);
  }

  @Test
  void aLineIsReadBackAsItWas() {
    Measurement measurement =
        new Measurement("djl-prepared", Task.INFER, new Summary(1.25, 1 / 3.0, 1e9), 17, false);
    assertEquals(Optional.of(measurement), Measurement.parse(measurement.toLine()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "measured", "WARNING: Using incubator modules: a b c d", "a b"})
  void whatElseIsPrintedIsNoMeasurement(String line) {
    assertEquals(Optional.empty(), Measurement.parse(line));
  }

  @Test
  void aReasonIsReadBackInOneLine() {
    String line = new Unavailable("no device;\n  install a driver").toLine();
    assertEquals(
        Optional.of(new Unavailable("no device; install a driver")), Unavailable.parse(line));
    assertEquals(Optional.empty(), Unavailable.parse("WARNING: unavailable "));
  }

  @Test
  void settingsAreReadBackAsTheyWere() {
    Settings settings = new Settings(64, 100, 2, 937, 0.5, Path.of("a folder"));
    String[] arguments = settings.toArguments().toArray(String[]::new);
    assertEquals(settings, Settings.parse(arguments, 0));
  }
}
