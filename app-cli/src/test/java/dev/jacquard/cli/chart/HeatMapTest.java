package dev.jacquard.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class HeatMapTest {
  private static int[][] counts(int classes, int most) {
    return IntStream.range(0, classes)
        .mapToObj(t -> IntStream.range(0, classes).map(p -> t == p ? most : (t * p) % 7).toArray())
        .toArray(int[][]::new);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 12, 13, 40})
  void longNamesDoNotTouchEachOther(int classes) {
    Texts.of(HeatMap.draw(Names.longOnes(classes), counts(classes, 5))).requireOrder();
  }

  @Test
  void largeNumbersHaveRoom() {
    Texts.of(HeatMap.draw(List.of("a", "b", "c"), counts(3, 1_234_567))).requireOrder();
  }

  @Test
  void shortNamesStandLevel() {
    String body = HeatMap.draw(List.of("0", "1", "2"), counts(3, 9)).body();
    assertTrue(body.contains("rotate(-90)"));
    assertEquals(-1, body.indexOf("rotate(-45)"));
  }

  @Test
  void aCellHasItsCountAndItsShareOfTheRow() {
    Drawing drawing = HeatMap.draw(List.of("cat", "dog"), new int[][] {{3, 1}, {0, 8}});
    Document xml = Texts.xml(drawing.element());
    assertEquals(
        "true cat, predicted dog: 1, 25.0 % of the class1",
        xml.getElementsByTagName("g").item(1).getTextContent());
    Element box = (Element) xml.getElementsByTagName("rect").item(1);
    assertEquals(0.06 + 0.94 * 0.25, Double.parseDouble(box.getAttribute("fill-opacity")), 0.01);
    assertEquals(List.of("3", "1", "0", "8"), last(Texts.of(drawing).lines(), 4));
  }

  private static List<String> last(List<String> lines, int count) {
    return lines.subList(lines.size() - count, lines.size());
  }

  @Test
  void hostileNamesAreOnlyText() {
    Drawing drawing = HeatMap.draw(Names.hostile(), counts(3, 9));
    assertTrue(Texts.of(drawing).lines().contains("<script>alert(1)</script>"));
  }
}
