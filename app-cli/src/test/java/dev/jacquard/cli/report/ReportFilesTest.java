package dev.jacquard.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.cli.chart.Png;
import dev.jacquard.cli.run.RunFolder;
import dev.jacquard.data.DataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
  private static final Set<String> SVG =
      Set.of(
          "accuracy.svg",
          "loss.svg",
          "confusion.svg",
          "test-images.svg",
          "predictions.svg",
          "mistakes.svg");

  @TempDir Path folder;

  private Set<String> plots() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("plots"))) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  @Test
  void everyChartIsAnSvgAndAPng() throws IOException {
    assumeTrue(Png.obstacle().isEmpty(), "this Java has no fonts");
    RunFolder run = RunFolder.existing(folder);
    assertEquals(Optional.empty(), ReportFiles.write(run, Reports.coloured(), "1"));
    Set<String> expected = new TreeSet<>(SVG);
    SVG.forEach(name -> expected.add(name.replace(".svg", ".png")));
    assertEquals(expected, plots());
    for (String name : SVG) {
      String svg = Files.readString(folder.resolve("plots").resolve(name));
      assertEquals("svg", Reports.xml(svg).getDocumentElement().getTagName());
    }
  }

  @Test
  void withoutFontsOnlyThePngFilesAreMissing() throws IOException {
    RunFolder run = RunFolder.existing(folder);
    Files.createDirectory(folder.resolve("plots"));
    Files.writeString(folder.resolve("plots/loss.png"), "of an earlier report");
    Files.writeString(folder.resolve("plots/mine.png"), "of somebody");
    Optional<String> line =
        ReportFiles.write(run, Reports.coloured(), "1", Optional.of("no fonts found"));
    assertEquals(
        "The charts are not written as PNG, because this Java cannot draw text (no fonts found);"
            + " install fontconfig and a font (Debian: apt-get install fontconfig"
            + " fonts-dejavu-core). The page and the SVG files are complete.",
        line.orElseThrow());
    Set<String> expected = new TreeSet<>(SVG);
    expected.add("mine.png");
    assertEquals(expected, plots());
    assertTrue(Files.exists(folder.resolve("report.html")));
  }

  @Test
  void chartsThatThisReportLacksAreTakenAway() throws IOException {
    RunFolder run = RunFolder.existing(folder);
    ReportFiles.write(run, Reports.coloured(), "1", Optional.of(""));
    Report less = Reports.with(Reports.coloured(), "x", false, false, Map.of(), List.of());
    ReportFiles.write(run, less, "1", Optional.of(""));
    assertEquals(Set.of("accuracy.svg", "loss.svg"), plots());
  }

  @Test
  void predictionsAreOfTheSamplesThatAreShown() {
    Report report = Reports.coloured();
    DataSet fewer = report.samples().orElseThrow().first(5);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Report(
                "x",
                "x",
                Optional.empty(),
                List.of(),
                report.evaluation(),
                Optional.of(fewer),
                Map.of(),
                Map.of(),
                List.of()));
  }
}
