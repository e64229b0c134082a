package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import tools.jackson.databind.json.JsonMapper;

/** {@code report}, and the report at the end of {@code train}. */
class ReportCommandTest {
  private static final Set<String> PLOTS =
      Set.of("accuracy", "loss", "confusion", "test-images", "predictions", "mistakes");

  @TempDir Path folder;

  /** A run without a report. */
  private Path train(String name, Object... more) {
    Path run = folder.resolve(name);
    Outcome outcome = trained(Tiny.train(folder), run, more);
    assertEquals(0, outcome.status(), outcome.err());
    assertFalse(outcome.out().contains("Report: "));
    return run;
  }

  /** A run as it comes. */
  private Path trainAndReport(Object... more) {
    Path run = folder.resolve("run");
    List<Object> args = new ArrayList<>(Arrays.asList(Tiny.train(folder)));
    args.remove("--no-report");
    Outcome outcome = trained(args.toArray(), run, more);
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().endsWith("Report: " + run.resolve("report.html") + "\n"));
    return run;
  }

  private static Outcome trained(Object[] train, Path run, Object... more) {
    List<Object> args = new ArrayList<>(Arrays.asList(train));
    args.addAll(List.of("--out", run, "--quiet"));
    args.addAll(List.of(more));
    return Outcome.of(args.toArray());
  }

  private static String text(Path page) {
    try {
      Document xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(page.toFile());
      return xml.getDocumentElement().getTextContent();
    } catch (Exception e) {
      throw new AssertionError(page + ": " + e.getMessage(), e);
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private static void delete(Path run, String... names) throws IOException {
    for (String name : names) {
      Files.delete(run.resolve(name));
    }
  }

  @Test
  void trainingEndsWithAReport() throws IOException {
    Path run = trainAndReport();
    String text = text(run.resolve("report.html"));
    double accuracy =
        JsonMapper.shared()
            .readTree(Files.readString(run.resolve("metrics.json")))
            .get("test_accuracy")
            .doubleValue();
    assertTrue(
        text.contains("Test accuracy\n" + String.format(Locale.ROOT, "%.4f", accuracy)), text);
    assertTrue(text.contains("dense (Dense)"));
    assertTrue(text.contains("optimizer.type") && text.contains("Adam"), text);
    assertTrue(text.contains("optimizer.beta_2") && text.contains("0.999"), text);
    assertTrue(text.contains("Ankle boot"));
    Set<String> plots = names(run.resolve("plots"));
    for (String name : PLOTS) {
      assertTrue(plots.contains(name + ".svg"), plots.toString());
      assertTrue(text(run.resolve("plots").resolve(name + ".svg")).length() > 10);
    }
  }

  @Test
  void theReportIsTheSameWhenItIsWrittenAgain() throws IOException {
    Path run = trainAndReport();
    String first = withoutTime(run);
    Files.delete(run.resolve("report.html"));
    byte[] plot = Files.readAllBytes(run.resolve("plots/confusion.svg"));
    Files.delete(run.resolve("plots/confusion.svg"));
    Outcome outcome = Outcome.of("report", run);
    assertEquals(new Outcome(0, "Report: " + run.resolve("report.html") + "\n", ""), outcome);
    assertEquals(first, withoutTime(run));
    assertArrayEquals(plot, Files.readAllBytes(run.resolve("plots/confusion.svg")));
  }

  private static String withoutTime(Path run) throws IOException {
    return Files.readString(run.resolve("report.html")).replaceAll("Written [-\\d]+ [:\\d]+", "");
  }

  @Test
  void predictionsAreMadeAgainWhereTheyAreMissingDamagedOrOld() throws IOException {
    Path run = train("run");
    Path file = run.resolve("predictions.safetensors");
    byte[] predictions = Files.readAllBytes(file);
    Path other = train("other", "--seed", 2);
    byte[] old = Files.readAllBytes(other.resolve("predictions.safetensors"));
    for (byte[] contents : List.of(new byte[0], new byte[] {1, 2, 3}, old)) {
      if (contents.length == 0) {
        Files.delete(file);
      } else {
        Files.write(file, contents);
      }
      assertEquals(0, Outcome.of("report", run).status());
      assertNotEquals(Arrays.hashCode(old), Arrays.hashCode(Files.readAllBytes(file)));
      assertEquals(predictions.length, Files.size(file));
    }
  }

  @Test
  void withoutTheDataSetTheRestIsReported() throws IOException {
    Path run = trainAndReport();
    Path gone = Files.move(folder.resolve("data"), folder.resolve("elsewhere"));
    Outcome outcome = Outcome.of("report", run);
    assertEquals(0, outcome.status());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertTrue(outcome.err().startsWith("Without the test images, "), outcome.err());
    // A machine may have another test set where it is looked for next.
    assertTrue(
        outcome.err().contains("run.json's data is " + folder.resolve("data"))
            || outcome.err().contains("are not those that the network was evaluated on"),
        outcome.err());
    String text = text(run.resolve("report.html"));
    assertTrue(text.contains(outcome.err().strip()), text);
    assertTrue(text.contains("Classification report"));
    assertFalse(Files.readString(run.resolve("report.html")).contains("<image"));
    assertFalse(Files.exists(run.resolve("plots/test-images.svg")), "an earlier report's");
    assertEquals("", Outcome.of("report", run, "--data", gone).err());
    assertTrue(Files.readString(run.resolve("report.html")).contains("<image"));
  }

  @Test
  void picturesOfAnotherTestSetAreNotShown() throws IOException {
    Path run = train("run");
    Path images = folder.resolve("data").resolve("t10k-images-idx3-ubyte");
    byte[] bytes = Files.readAllBytes(images);
    bytes[100] ^= 1;
    Files.write(images, bytes);
    Outcome outcome = Outcome.of("report", run);
    assertTrue(outcome.err().contains("are not those that the network was evaluated on"));
    assertFalse(Files.readString(run.resolve("report.html")).contains("<image"));
  }

  @Test
  void aTrainingThatStoppedIsReportedAsFarAsItCame() throws IOException {
    Path run = trainAndReport("--max-steps", 6);
    String line = "From the model after step 6 of 12: training is not finished.";
    assertTrue(text(run.resolve("report.html")).contains(line));
    // As an interrupted one leaves it.
    delete(run, "model.safetensors", "metrics.json", "predictions.safetensors", "report.html");
    Outcome outcome = Outcome.of("report", run);
    assertEquals(
        "From the checkpoint after step 6 of 12: training is not finished.\n", outcome.err());
    String text = text(run.resolve("report.html"));
    assertTrue(text.contains("1 of 3"), text);
    assertTrue(text.contains("Classification report"), text);
  }

  /** The test was of older parameters than those that the report is of. */
  @Test
  void aTrainingThatWentOnAndDidNotEndIsNotTested() throws IOException {
    Path run = train("run", "--max-steps", 4);
    Files.move(folder.resolve("data"), folder.resolve("elsewhere"));
    assertEquals(0, Outcome.of("report", run).status());
    assertTrue(text(run.resolve("report.html")).contains("Test accuracy"));
    Files.move(folder.resolve("elsewhere"), folder.resolve("data"));
    Tiny.goOn(run, 8);
    Files.move(folder.resolve("data"), folder.resolve("elsewhere"));
    Outcome outcome = Outcome.of("report", run);
    assertTrue(outcome.err().startsWith("From the checkpoint after step 8 of 12"), outcome.err());
    assertFalse(text(run.resolve("report.html")).contains("Test accuracy"));
  }

  @Test
  void aTrainingThatBrokeOffBeforeItsFirstCheckpointHasAReportToo() throws IOException {
    Path run = train("run");
    delete(
        run,
        "model.safetensors",
        "metrics.json",
        "predictions.safetensors",
        "checkpoint.safetensors",
        "history.csv");
    Outcome outcome = Outcome.of("report", run);
    assertEquals(0, outcome.status());
    assertEquals(
        run + ": its training has not come to a first checkpoint; train again\n", outcome.err());
    assertTrue(text(run.resolve("report.html")).contains("No epoch is complete."));
    assertTrue(text(run.resolve("report.html")).contains("dense (Dense)"));
  }

  /** Each is read for more than one value. */
  @Test
  void damagedFilesAreToldOnce() throws IOException {
    Path run = train("run");
    Files.write(run.resolve("history.csv"), new byte[] {(byte) 0xff});
    Files.writeString(run.resolve("metrics.json"), "damaged");
    Outcome outcome = Outcome.of("report", run);
    assertEquals(0, outcome.status());
    assertEquals(
        run.resolve("metrics.json")
            + ": line 1, column 1: expected a JSON object, received what is no JSON; restore the"
            + " file or train anew\n"
            + run.resolve("history.csv")
            + ": cannot be read: it is no text in UTF-8\n",
        outcome.err());
  }

  @Test
  void twoRunsAreCompared() throws IOException {
    Path first = train("first");
    Path second = train("second", "--seed", 2, "--epochs", 2);
    Path page = folder.resolve("comparison.html");
    assertEquals(
        new Outcome(0, "Comparison: " + page + "\n", ""),
        Outcome.of("report", first, second, "--out", page));
    String text = text(page).replaceAll("\\s+", " ");
    assertTrue(text.contains("seed12"), text);
    assertTrue(text.contains("epochs32"), text);
    assertTrue(text.contains("Epochs32−1"), text);
    assertTrue(text.contains("first, validation"), text);
    assertTrue(text.contains("second, validation"), text);
    Outcome piped = Outcome.of("report", first, second, "--out", "-");
    assertEquals(0, piped.status(), piped.err());
    assertTrue(piped.out().startsWith(Files.readString(page).substring(0, 100)), piped.out());
    assertTrue(piped.out().endsWith("</html>\n"), piped.out());
    assertFalse(Files.exists(Path.of("-")));
  }

  @Test
  void runsOfTheSameNameAreToldApart() throws IOException {
    Path first = train("old/run");
    Path second = train("new/run", "--seed", 2);
    Outcome outcome = Outcome.of("report", first, second, "--out", "-");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().contains("Only old/run is right"), outcome.out());
    assertTrue(outcome.out().contains("Only new/run is right"), outcome.out());
  }

  @Test
  void aReportThatCannotBeWrittenDoesNotFailTheTraining() throws IOException {
    Path run = train("run", "--max-steps", 4);
    Files.createDirectory(run.resolve("report.html"));
    Outcome outcome = Outcome.of("train", "--resume", run, "--quiet");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().contains("Test loss: "));
    assertFalse(outcome.out().contains("Report: "));
    assertEquals(
        "The report is not written: cannot write "
            + run.resolve("report.html")
            + ": it is a folder; give a file name. The training's results are kept. Try again"
            + " with: jacquard report "
            + run
            + "\n",
        outcome.err());
    assertTrue(Files.exists(run.resolve("model.safetensors")));
  }

  @Test
  void withoutAReportThePredictionsAreKeptForALaterOne() throws IOException {
    Path run = train("run");
    assertFalse(Files.exists(run.resolve("report.html")));
    assertFalse(Files.exists(run.resolve("plots")));
    assertTrue(Files.exists(run.resolve("predictions.safetensors")));
    Outcome resumed = Outcome.of("train", "--resume", run, "--no-report");
    assertEquals(0, resumed.status(), resumed.err());
    assertFalse(Files.exists(run.resolve("report.html")));
  }

  @Test
  void whatIsNoRunIsRefused() throws IOException {
    Outcome outcome = Outcome.of("report", folder);
    assertEquals(1, outcome.status());
    assertEquals(
        "jacquard: "
            + folder
            + " is not a run folder: it holds no run.json; give the folder that train wrote\n",
        outcome.err());
    assertFalse(Files.exists(folder.resolve("report.html")));
    assertEquals(1, Outcome.of("report", folder.resolve("nothing")).status());
  }

  @Test
  void whatCannotBeWrittenIsALine() throws IOException {
    Path run = train("run");
    Files.writeString(run.resolve("plots"), "in the way");
    Outcome outcome = Outcome.of("report", run);
    assertEquals(1, outcome.status());
    assertEquals(
        "jacquard: cannot create the folder "
            + run.resolve("plots")
            + ": a file of that name is in the way; move it\n",
        outcome.err());
    Outcome comparison = Outcome.of("report", run, run, "--out", folder);
    assertEquals(
        "jacquard: cannot write " + folder + ": it is a folder; give a file name\n",
        comparison.err());
  }

  @Test
  void wrongUsageIsExplained() {
    assertEquals(2, Outcome.of("report").status());
    assertEquals(2, Outcome.of("report", "a", "b", "c").status());
    Path run = train("run");
    Outcome outcome = Outcome.of("report", run, "--out", folder.resolve("x.html"));
    assertEquals(2, outcome.status());
    assertTrue(outcome.err().startsWith("jacquard: --out is for the comparison"), outcome.err());
  }

  /** A run may come from somebody else. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights")
  void nothingIsWrittenThroughLinks() throws IOException {
    Path run = train("run");
    Path precious = Files.writeString(folder.resolve("precious"), "mine");
    Files.delete(run.resolve("live.json"));
    Files.createSymbolicLink(run.resolve("live.json"), precious);
    Object[][] commands = {{"report", run}, {"report", run, run}, {"train", "--resume", run}};
    for (Object[] command : commands) {
      Outcome outcome = Outcome.of(command);
      assertEquals(1, outcome.status());
      String line = "jacquard: " + run.resolve("live.json") + ": expected the run's own";
      assertTrue(outcome.err().startsWith(line), outcome.err());
    }
    assertEquals("mine", Files.readString(precious));
  }
}
