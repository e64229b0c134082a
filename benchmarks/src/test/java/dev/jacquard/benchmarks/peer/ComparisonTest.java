package dev.jacquard.benchmarks.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.benchmarks.measure.Measurement;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Summary;
import dev.jacquard.benchmarks.measure.Task;
import dev.jacquard.benchmarks.measure.Unavailable;
import dev.jacquard.benchmarks.peer.Comparison.TaskResult;
import dev.jacquard.error.JacquardException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ComparisonTest {
  private static final List<String> PEERS = List.of("a", "b");
  private static final Settings SETTINGS = new Settings(64, 32, 2, 1, 5, Path.of("data"));
  private static final Machine MACHINE = new Machine("chip", 4, "system", "17", "2026-01-02");

  private static Measurement measured(String engine, Task task, double median, boolean steady) {
    return new Measurement(engine, task, new Summary(median, median - 1, median + 1), 9, steady);
  }

  private static List<Measurement> rounds() {
    return List.of(
        measured("own", Task.TRAIN, 20, true),
        measured("a", Task.TRAIN, 90, true),
        measured("b", Task.TRAIN, 85, true),
        measured("own", Task.INFER, 1000, true),
        measured("own", Task.TRAIN, 30, false),
        measured("a", Task.TRAIN, 70, true),
        measured("b", Task.TRAIN, 80, true),
        measured("own", Task.TRAIN, 10, true),
        measured("a", Task.TRAIN, 110, true),
        measured("b", Task.TRAIN, 300, true));
  }

  private static Comparison comparison() {
    TaskResult task = Comparison.of(Task.TRAIN, rounds(), "own", PEERS);
    Map<String, Unavailable> skipped = Map.of("c", new Unavailable("it is not installed"));
    return new Comparison(MACHINE, SETTINGS, 3, List.of(task), skipped);
  }

  @Test
  void theRatioIsOfTheMediansOfTheFasterPeerAndOfJacquard() {
    TaskResult task = Comparison.of(Task.TRAIN, rounds(), "own", PEERS);
    assertEquals(new Summary(20, 10, 30), task.subject().milliseconds());
    assertEquals(new Summary(90, 70, 110), task.peers().get(0).milliseconds());
    assertEquals(new Summary(85, 80, 300), task.peers().get(1).milliseconds());
    assertEquals("b", task.fastestPeer());
    assertEquals(85.0 / 20, task.ratio());
    assertEquals(1, task.subject().unsteady());
  }

  @Test
  void ratiosByRoundAreOfTheFiguresOfOneRound() {
    TaskResult task = Comparison.of(Task.TRAIN, rounds(), "own", PEERS);
    assertEquals(new Summary(1, 1, 1), task.subject().timesByRound());
    // 90 to 20, 70 to 30 and 110 to 10.
    assertEquals(new Summary(4.5, 70 / 30.0, 11), task.peers().get(0).timesByRound());
    assertEquals(4.5, task.peers().get(0).timesAsLong());
  }

  @Test
  void anotherBackendOfJacquardIsTheFastestPeerOnlyWhenThereIsNoneElse() {
    List<Measurement> all =
        List.of(
            measured("jacquard", Task.TRAIN, 20, true),
            measured("jacquard-opencl", Task.TRAIN, 10, true),
            measured("djl", Task.TRAIN, 80, true),
            measured("dl4j", Task.TRAIN, 90, true));
    List<String> others = List.of("jacquard-opencl", "dl4j", "djl");
    TaskResult task = Comparison.of(Task.TRAIN, all, "jacquard", others);
    assertEquals("djl", task.fastestPeer());
    assertEquals(4, task.ratio());
    assertEquals(
        "jacquard-opencl",
        Comparison.of(Task.TRAIN, all, "jacquard", List.of("jacquard-opencl")).fastestPeer());
  }

  @Test
  void anEngineThatMeasuredNothingIsAnError() {
    assertThrows(
        IllegalArgumentException.class, () -> Comparison.of(Task.INFER, rounds(), "own", PEERS));
  }

  @Test
  void theTableHasMediansSpreadsAndTheRatio() {
    String table = ComparisonTable.of(comparison());
    List<String> lines = table.lines().toList();
    assertEquals("chip, 4 processors, system", lines.get(0));
    assertEquals("JDK 17, 2026-01-02", lines.get(1));
    assertTrue(lines.contains("One training step, batch 64"), table);
    assertTrue(
        lines.contains(
            "| own              |     20.00 |      10.00 .. 30.00 |           1.00 |     1.00 .."
                + " 1.00 |"),
        table);
    assertTrue(
        lines.contains(
            "| b                |     85.00 |     80.00 .. 300.00 |           4.25 |    2.67 .."
                + " 30.00 |"),
        table);
    assertTrue(lines.contains("Ratio of medians, b to own: 4.25"), table);
    assertTrue(lines.contains("own was not steady in 1 of the rounds: the machine is busy"), table);
    assertFalse(table.contains("a was not steady"), table);
    assertTrue(lines.contains("Skipped c: it is not installed"), table);
  }

  @Test
  void theFileHasAllFigures(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("comparison.json");
    Compare.write(file, comparison());
    JsonNode root = JsonMapper.builder().build().readTree(Files.readString(file));
    assertEquals("chip", root.at("/machine/processor").asString());
    assertEquals(64, root.at("/settings/batch").asInt());
    assertEquals(4.25, root.at("/tasks/0/ratio").asDouble());
    assertEquals(20, root.at("/tasks/0/subject/milliseconds/median").asDouble());
    assertEquals("it is not installed", root.at("/skipped/c/reason").asString());
    assertEquals(30, root.at("/tasks/0/peers/1/timesByRound/max").asDouble());
    assertEquals(300, root.at("/tasks/0/peers/1/milliseconds/max").asDouble());
  }

  @Test
  void aProcessThatFailsIsReportedWithWhatItSaid() {
    PeerProcess process =
        PeerProcess.java("broken", ".", "NoSuchClass", List.of(), Map.of(), SETTINGS);
    JacquardException failure = assertThrows(JacquardException.class, process::run);
    assertTrue(failure.getMessage().startsWith("broken failed with status 1; it said:\n"));
    assertTrue(failure.getMessage().contains("NoSuchClass"), failure.getMessage());
  }

  @Test
  void aProgramThatIsNotThereIsSkipped() throws Exception {
    PeerProcess process = new PeerProcess("absent", List.of("no-such-program-here"), Map.of());
    PeerProcess.Outcome outcome = process.run();
    assertEquals(List.of(), outcome.measurements());
    assertTrue(outcome.unavailable().orElseThrow().reason().contains("no-such-program-here"));
  }
}
