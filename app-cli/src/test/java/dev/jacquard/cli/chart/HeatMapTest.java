package dev.jacquard.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class HeatMapTest {
  private static final List<Function<Ink, String>> PALETTES = List.of(Ink::light, Ink::dark);

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

  /** In light and in dark surroundings, whatever share of its class a cell has. */
  @Test
  void everyNumberCanBeRead() {
    for (int count = 0; count <= 200; count++) {
      int[][] counts = {{count, 200 - count}, {0, 1}};
      Document xml = Texts.xml(HeatMap.draw(List.of("a", "b"), counts).element());
      NodeList groups = xml.getElementsByTagName("g");
      for (int i = 0; i < groups.getLength(); i++) {
        Element box = only((Element) groups.item(i), "rect");
        Element text = only((Element) groups.item(i), "text");
        String heat = box.getAttribute("fill-opacity");
        for (Function<Ink, String> palette : PALETTES) {
          double[] ground = mixed(palette, ink(box), heat.isEmpty() ? 1 : Double.parseDouble(heat));
          double contrast = contrast(ground, mixed(palette, ink(text), 1));
          assertTrue(contrast >= 4.5, count + " of 200: " + contrast);
        }
      }
    }
  }

  @Test
  void zerosCanBeRead() {
    Document xml = Texts.xml(HeatMap.draw(List.of("a", "b"), new int[2][2]).element());
    NodeList texts = xml.getElementsByTagName("text");
    Element zero = (Element) texts.item(texts.getLength() - 1);
    assertEquals("0", zero.getTextContent());
    for (Function<Ink, String> palette : PALETTES) {
      double[] surface = mixed(palette, Ink.SURFACE, 1);
      assertTrue(contrast(surface, mixed(palette, ink(zero), 1)) >= 4.5);
    }
  }

  private static Element only(Element group, String tag) {
    return (Element) group.getElementsByTagName(tag).item(0);
  }

  private static Ink ink(Element element) {
    String name = element.getAttribute("class").substring("f-".length());
    return Ink.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Red, green and blue of an ink that lets something of the surface through. */
  private static double[] mixed(Function<Ink, String> palette, Ink ink, double opacity) {
    int surface = Integer.decode(palette.apply(Ink.SURFACE));
    int over = Integer.decode(palette.apply(ink));
    return IntStream.of(16, 8, 0)
        .mapToDouble(
            bit -> opacity * (over >> bit & 0xFF) + (1 - opacity) * (surface >> bit & 0xFF))
        .toArray();
  }

  /** As WCAG 2 defines it. */
  private static double contrast(double[] a, double[] b) {
    double light = Math.max(luminance(a), luminance(b));
    return (light + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
  }

  private static double luminance(double[] color) {
    double[] linear =
        DoubleStream.of(color)
            .map(v -> v / 255)
            .map(v -> v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4))
            .toArray();
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
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
