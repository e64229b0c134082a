package dev.jacquard.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ProbabilityChartTest {
  private static float[] even(int classes) {
    float[] probabilities = new float[classes];
    for (int i = 0; i < classes; i++) {
      probabilities[i] = (i + 1) * 2f / classes / (classes + 1);
    }
    return probabilities;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 12, 13, 40, 128})
  void longNamesDoNotTouchTheBars(int classes) {
    Drawing drawing =
        ProbabilityChart.draw(
            "Wrong: test sample 17",
            Optional.of(new SampleImage(28, 28, "data:,")),
            Names.longOnes(classes),
            even(classes),
            0,
            classes - 1);
    Texts.of(drawing).requireOrder();
    // The true class is shown however improbable it is.
    assertEquals(Math.min(classes, classes <= 12 ? 12 : 10), bars(drawing).size());
    assertTrue(drawing.body().contains("f-right"));
    assertTrue(drawing.body().contains("f-wrong"));
  }

  private static List<Element> bars(Drawing drawing) {
    NodeList rects = Texts.xml(drawing.element()).getElementsByTagName("rect");
    List<Element> bars = new ArrayList<>();
    for (int i = 0; i < rects.getLength(); i++) {
      bars.add((Element) rects.item(i));
    }
    return bars;
  }

  @Test
  void barsAreAsLongAsProbableAndColoured() {
    Drawing drawing =
        ProbabilityChart.draw(
            "x", Optional.empty(), List.of("a", "b", "c"), new float[] {0.25f, 0.5f, 0.125f}, 0, 1);
    List<Element> bars = bars(drawing);
    double[] widths =
        bars.stream().mapToDouble(bar -> Double.parseDouble(bar.getAttribute("width"))).toArray();
    assertEquals(2, widths[1] / widths[0], 0.01);
    assertEquals(0.5, widths[2] / widths[0], 0.01);
    assertEquals("f-right", bars.get(0).getAttribute("class"));
    assertEquals("f-wrong", bars.get(1).getAttribute("class"));
    assertEquals("f-quiet", bars.get(2).getAttribute("class"));
    assertEquals("x: predicted b with 50.0\u00a0%, true class a with 25.0\u00a0%", drawing.label());
  }

  @Test
  void whatIsRightHasNothingRed() {
    Drawing drawing =
        ProbabilityChart.draw(
            "x", Optional.empty(), List.of("a", "b"), new float[] {0.9f, 0.1f}, 0, 0);
    assertEquals(-1, drawing.body().indexOf("wrong"));
    assertTrue(drawing.body().contains("f-right"));
  }

  @Test
  void noNumberIsNoBar() {
    Drawing drawing =
        ProbabilityChart.draw(
            "x", Optional.empty(), List.of("a", "b"), new float[] {Float.NaN, 0}, 0, 0);
    Texts.of(drawing).requireOrder();
  }
}
