package dev.jacquard.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class LineChartTest {
  private static Series series(String name, int epochs, IntToDoubleFunction value) {
    return new Series(
        name,
        Ink.FIRST,
        false,
        IntStream.rangeClosed(1, epochs)
            .mapToObj(epoch -> new Series.Point(epoch, value.applyAsDouble(epoch)))
            .toList());
  }

  private static Drawing draw(Series... lines) {
    return LineChart.draw("Loss", Double.POSITIVE_INFINITY, List.of(lines));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 9, 10, 11, 30, 99, 200, 1000, 99_999})
  void anyNumberOfEpochsIsDrawnInOrder(int epochs) {
    Drawing drawing =
        draw(
            series("training", epochs, epoch -> 1.0 / epoch),
            series("validation", epochs, epoch -> 1.2 / epoch));
    Texts texts = Texts.of(drawing);
    texts.requireOrder();
    assertTrue(texts.lines().contains("epoch"), texts.lines().toString());
    assertTrue(drawing.element().length() < 40_000, "thinned");
  }

  @Test
  void aPointStandsWhereItsValueIs() {
    Drawing drawing = draw(series("training", 3, epoch -> epoch));
    Texts texts = Texts.of(drawing);
    // A point at a mark of both axes.
    double x = texts.of("2").outline().getBounds2D().getCenterX();
    double y = texts.of("2.0").outline().getBounds2D().getCenterY();
    NodeList dots = Texts.xml(drawing.element()).getElementsByTagName("circle");
    Element dot = (Element) dots.item(1);
    assertEquals(x, Double.parseDouble(dot.getAttribute("cx")), 0.5);
    assertEquals(y, Double.parseDouble(dot.getAttribute("cy")), 2);
    assertEquals("training, epoch 2: 2.0000", dot.getParentNode().getTextContent());
  }

  @Test
  void theLegendHasTheLastValue() {
    List<String> lines = Texts.of(draw(series("training", 3, epoch -> epoch / 8.0))).lines();
    assertEquals("0.3750", lines.get(lines.indexOf("training") + 1));
  }

  @Test
  void longNamesGetALineEachAndAreShortened() {
    String name = "20261126-145301-a-network-with-a-name-that-goes-on-and-on-and-on-and-on";
    Texts texts =
        Texts.of(
            draw(
                series(name + "-a, training", 3, e -> e),
                series(name + "-a, validation", 3, e -> e),
                series(name + "-b, training", 3, e -> e)));
    texts.requireOrder();
    assertTrue(texts.lines().stream().anyMatch(line -> line.endsWith("…")));
  }

  @Test
  void whatIsNotFiniteIsLeftOut() {
    Drawing drawing =
        draw(
            series("training", 4, e -> e == 2 ? Double.NaN : e),
            series("validation", 4, e -> Double.POSITIVE_INFINITY));
    assertEquals(3, Texts.xml(drawing.element()).getElementsByTagName("circle").getLength());
    assertFalse(Texts.of(drawing).lines().contains("validation"));
    assertFalse(drawing.body().contains("NaN"));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1, 1e-12, 3e31})
  void aCurveThatDoesNotMoveIsDrawnToo(double value) {
    Texts texts = Texts.of(draw(series("training", 5, e -> value)));
    texts.requireOrder();
  }

  @Test
  void anExplosionIsDrawnToo() {
    Texts.of(draw(series("training", 5, e -> Math.pow(10, 8 * e)))).requireOrder();
  }

  @Test
  void withoutAnEpochItSaysSo() {
    assertTrue(Texts.of(draw()).lines().contains("No epoch is complete."));
  }

  @Test
  void marksAreRoundNumbers() {
    assertEquals(List.of(0.2, 0.25, 0.3), round(Ticks.between(0.19, 0.31, 4, 0)));
    assertEquals(List.of(1.0, 2.0, 3.0), round(Ticks.between(1, 3, 10, 1)));
    assertEquals(List.of(20.0, 40.0), round(Ticks.between(1, 45, 4, 1)));
    assertEquals("0.05", Ticks.between(0.02, 0.12, 4, 0).label(0.05));
    assertEquals("2.0e+31", Ticks.between(0, 4e31, 4, 0).label(2e31));
    Ticks near = Ticks.between(1_000_000, 1_200_000, 4, 0);
    assertEquals("1.05e+06", near.label(1_050_000));
    assertEquals(near.values().size(), near.values().stream().map(near::label).distinct().count());
  }

  private static List<Double> round(Ticks ticks) {
    return ticks.values().stream().map(value -> Math.round(value * 1e9) / 1e9).toList();
  }
}
