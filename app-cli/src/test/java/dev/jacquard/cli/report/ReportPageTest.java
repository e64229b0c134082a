package dev.jacquard.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cli.chart.Names;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.tensor.Shape;
import dev.jacquard.train.ClassScore;
import dev.jacquard.train.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ReportPageTest {
  /** Whatever makes a browser ask for another file. */
  private static final Pattern REQUEST =
      Pattern.compile("(?i)(src|href)\\s*=\\s*\"(?!data:image/png)|url\\(|@import|https?:|<script");

  private static String page(Report report) {
    return ReportPage.of(report, Charts.of(report), "1.2.3");
  }

  private static List<Element> all(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static String text(Document page) {
    return page.getElementsByTagName("main").item(0).getTextContent();
  }

  private static List<String> titles(Document page) {
    return all(page, "h2").stream().map(Element::getTextContent).toList();
  }

  /** The cells of the rows of the table with this label. */
  private static List<List<String>> rows(Document page, String label) {
    Element table =
        all(page, "div").stream()
            .filter(div -> div.getAttribute("aria-label").equals(label))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no table " + label));
    List<List<String>> rows = new ArrayList<>();
    NodeList lines = table.getElementsByTagName("tr");
    for (int i = 1; i < lines.getLength(); i++) {
      List<String> cells = new ArrayList<>();
      for (var n = lines.item(i).getFirstChild(); n != null; n = n.getNextSibling()) {
        cells.add(n.getTextContent());
      }
      rows.add(cells);
    }
    return rows;
  }

  @Test
  void tellsEverythingOfARun() {
    Report report = Reports.coloured();
    Document page = Reports.xml(page(report));
    assertEquals(
        List.of(
            "Learning curves",
            "Test images",
            "Confusion matrix",
            "Classification report",
            "Single predictions",
            "The worst mistakes",
            "Network",
            "Options and origin"),
        titles(page));
    String text = text(page);
    Evaluation evaluation = report.evaluation().orElseThrow();
    assertTrue(text.contains("Test accuracy\n" + Numbers.share(evaluation.accuracy())), text);
    assertTrue(text.contains("cpu (A Processor)"));
    assertTrue(text.contains("by jacquard 1.2.3."));
    // A sample is 12 x 9 pixels of red, green and blue.
    assertEquals(324, Shape.of(12, 9, 3).elements());
    assertEquals(List.of("dense (Dense)", "[3]", "975", "1,944"), rows(page, "Layers").get(1));
    assertEquals(
        List.of("1", "1.0000", "0.5000", "1.5000", "0.4000", "2.5"),
        rows(page, "Results by epoch").get(0));
  }

  @Test
  void scoresHaveFourDigits() {
    Report report = Reports.coloured();
    List<List<String>> rows = rows(Reports.xml(page(report)), "Classification report");
    Evaluation evaluation = report.evaluation().orElseThrow();
    List<ClassScore> scores = new ArrayList<>(evaluation.scores());
    assertEquals(6, rows.size());
    for (int i = 0; i < scores.size(); i++) {
      ClassScore score = scores.get(i);
      assertEquals(
          List.of(
              score.name(),
              String.format(Locale.ROOT, "%.4f", score.precision()),
              String.format(Locale.ROOT, "%.4f", score.recall()),
              String.format(Locale.ROOT, "%.4f", score.f1()),
              "" + score.support()),
          rows.get(i));
    }
    assertEquals(
        List.of(
            "accuracy", "", "", String.format(Locale.ROOT, "%.4f", evaluation.accuracy()), "40"),
        rows.get(3));
    assertEquals("macro avg", rows.get(4).get(0));
  }

  /** As the drawing shows it to those who can see. */
  @Test
  void theConfusionMatrixIsATableToo() {
    for (Report report : List.of(Reports.coloured(), Reports.forty())) {
      Evaluation evaluation = report.evaluation().orElseThrow();
      List<List<String>> rows = rows(Reports.xml(page(report)), "Confusion matrix as a table");
      assertEquals(evaluation.classes(), rows.stream().map(row -> row.get(0)).toList());
      for (int truth = 0; truth < rows.size(); truth++) {
        for (int predicted = 0; predicted < rows.size(); predicted++) {
          String count = "" + evaluation.count(truth, predicted);
          assertEquals(count, rows.get(truth).get(predicted + 1));
        }
      }
    }
  }

  @Test
  void picturesAreInThePage() {
    Report report = Reports.coloured();
    Document page = Reports.xml(page(report));
    List<Element> images = all(page, "image");
    long mistakes = Examples.mistakes(report.predictions().orElseThrow()).size();
    assertEquals(15 + 6 + mistakes, images.size());
    assertTrue(
        images.stream().allMatch(i -> i.getAttribute("href").startsWith("data:image/png;base64,")));
  }

  @Test
  void asksForNoOtherFile() {
    String page = page(Reports.forty());
    assertFalse(REQUEST.matcher(page).find(), () -> page.substring(REQUEST.matcher(page).end()));
    assertTrue(page.contains("prefers-color-scheme:dark"));
    assertTrue(page.contains("@media print"));
  }

  @Test
  void namesAreOnlyText() {
    String name = "<script>alert('x')</script> & \"more\"";
    Report report =
        Reports.with(
            Reports.of("x", Names.hostile(), Shape.of(4, 4, 1), 2, 50),
            name,
            true,
            true,
            Map.of("device", name, "data", "--></style>" + name),
            List.of(name));
    String markup = page(report);
    assertFalse(markup.contains("<script"));
    Document page = Reports.xml(markup);
    assertEquals(name, all(page, "h1").get(0).getTextContent());
    assertEquals(1, all(page, "style").size());
    assertEquals(name + ", training report", all(page, "title").get(0).getTextContent());
    assertEquals("<script>alert(1)</script>", rows(page, "Classification report").get(0).get(0));
  }

  @Test
  void manyClassesAndEpochsAreShownInPart() {
    Document page = Reports.xml(page(Reports.forty()));
    assertTrue(text(page).contains("10 of 40 classes"));
    assertEquals(43, rows(page, "Classification report").size());
    assertEquals(200, rows(page, "Results by epoch").size());
    Report longest = Reports.of("x", List.of("a", "b"), Shape.of(2, 2, 1), 5000, 20);
    List<List<String>> rows = rows(Reports.xml(page(longest)), "Results by epoch");
    assertEquals(200, rows.size());
    assertEquals("1", rows.get(0).get(0));
    assertEquals("5000", rows.get(199).get(0));
  }

  @Test
  void withoutPicturesTheRestIsThere() {
    Report report =
        Reports.with(Reports.coloured(), "x", true, false, Map.of(), List.of("No pictures."));
    Document page = Reports.xml(page(report));
    assertFalse(titles(page).contains("Test images"));
    assertTrue(titles(page).contains("The worst mistakes"));
    assertEquals(0, all(page, "image").size());
    assertTrue(text(page).contains("No pictures."));
  }

  @Test
  void samplesThatAreNoPicturesAreNotShownAsSuch() {
    Document page = Reports.xml(page(Reports.of("x", List.of("a", "b"), Shape.of(7), 2, 60)));
    assertFalse(titles(page).contains("Test images"));
    assertEquals(0, all(page, "image").size());
    assertTrue(titles(page).contains("Single predictions"));
  }

  @Test
  void aRunOfWhichNothingIsKnownHasAPageToo() {
    Report report =
        new Report(
            "x",
            "y",
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Map.of(),
            List.of());
    Document page = Reports.xml(page(report));
    assertEquals(List.of("Learning curves", "Options and origin"), titles(page));
    assertTrue(text(page).contains("No epoch is complete."));
  }

  @Test
  void examplesAreWhatTheirTitlesSay() {
    var predictions = Reports.coloured().predictions().orElseThrow();
    for (Examples.Example example : Examples.single(predictions)) {
      boolean right = example.title().startsWith("Right");
      assertEquals(right, predictions.isRight(example.sample()), example.title());
    }
    List<Integer> mistakes = Examples.mistakes(predictions);
    for (int i = 1; i < mistakes.size(); i++) {
      assertTrue(predictions.loss(mistakes.get(i - 1)) >= predictions.loss(mistakes.get(i)));
    }
    assertTrue(mistakes.stream().noneMatch(predictions::isRight));
  }
}
