package dev.jacquard.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ComparisonPageTest {
  private static String text(Report first, Report second) {
    Document page = Reports.xml(ComparisonPage.of(first, second, "1.2.3"));
    return page.getElementsByTagName("main").item(0).getTextContent().replaceAll("\\s+", " ");
  }

  private static Report run(String name, Map<String, String> settings) {
    return Reports.with(Reports.coloured(), name, true, false, settings, List.of());
  }

  @Test
  void onlyOptionsThatDifferAreListed() {
    String text =
        text(
            run("A", Map.of("seed", "1", "epochs", "3", "limit", "")),
            run("B", Map.of("seed", "2", "epochs", "3", "threads", "2")));
    String options = text.substring(text.indexOf("Options that differ"), text.indexOf("F1 score"));
    assertTrue(options.contains("seed12"), options);
    assertTrue(options.contains("threads–2"), options);
    assertFalse(options.contains("epochs"), options);
    assertFalse(options.contains("limit"), options);
  }

  @Test
  void sameRunsDoNotDiffer() {
    String text = text(run("A", Map.of("seed", "1")), run("B", Map.of("seed", "1")));
    assertTrue(text.contains("None: options, device and versions are the same."), text);
    assertTrue(text.contains("Test accuracy"));
    assertTrue(text.contains("Only A is right00.0 %"), text);
    assertFalse(text.contains("+"), text);
    assertFalse(text.contains("−"), text);
  }

  @Test
  void differencesHaveTheirSigns() {
    Report shorter = Reports.coloured();
    Report longer =
        Reports.of("longer", List.of("red", "green", "blue"), Shape.of(12, 9, 3), 3, 40);
    String text = text(shorter, longer);
    assertTrue(text.contains("Epochs13+2"), text);
    // The loss of epoch e is 1 / e.
    assertTrue(text.contains("Last training loss1.00000.3333−0.6667"), text);
    assertTrue(text.contains("Best validation accuracy0.40000.8000+0.4000"), text);
    assertTrue(text.contains("Images per second1,2351,2350"), text);
    assertTrue(text.contains("Parameters9759750"), text);
  }

  @Test
  void bothRunsAreInOneChart() {
    String page = ComparisonPage.of(run("A", Map.of()), run("B", Map.of()), "1");
    Document xml = Reports.xml(page);
    assertEquals(2, xml.getElementsByTagName("svg").getLength());
    String chart = xml.getElementsByTagName("svg").item(0).getTextContent();
    for (String line : List.of("A, training", "A, validation", "B, training", "B, validation")) {
      assertTrue(chart.contains(line), chart);
    }
  }

  @Test
  void runsOnOtherClassesAreNotComparedByClass() {
    String text = text(Reports.coloured(), Reports.forty());
    assertFalse(text.contains("F1 score by class"), text);
    assertFalse(text.contains("The same test samples"), text);
    assertTrue(text.contains("Test accuracy"));
  }

  @Test
  void whatIsNotKnownIsADash() {
    Report unknown = Reports.with(Reports.coloured(), "B", false, false, Map.of(), List.of());
    String text = text(run("A", Map.of()), unknown);
    assertTrue(text.matches(".*Test loss0\\.\\d{4}––.*"), text);
  }

  @Test
  void namesAreOnlyText() {
    String name = "<b>\"run\"</b>";
    Document page = Reports.xml(ComparisonPage.of(run(name, Map.of()), run("B", Map.of()), "1"));
    assertEquals(name, page.getElementsByTagName("h1").item(0).getTextContent());
    assertEquals(0, page.getElementsByTagName("b").getLength());
  }
}
