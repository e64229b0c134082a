package dev.jacquard.cli.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.error.JacquardException;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Run folders that somebody else made. */
class RunGuardTest {
  @TempDir Path folder;
  private Path run;
  private Path precious;

  @BeforeEach
  void make() throws IOException {
    run = Files.createDirectory(folder.resolve("run"));
    Files.createDirectory(run.resolve("plots"));
    Files.writeString(run.resolve("run.json"), "{}");
    Files.writeString(run.resolve("network.json"), "{}");
    Files.writeString(run.resolve("plots/loss.svg"), "");
    precious = Files.writeString(folder.resolve("precious"), "mine");
  }

  private void link(Path name, Path target) {
    try {
      Files.deleteIfExists(name);
      Files.createSymbolicLink(name, target);
    } catch (IOException | UnsupportedOperationException e) {
      assumeTrue(false, "there are no symbolic links here: " + e);
    }
  }

  private String refusal() {
    return assertThrows(JacquardException.class, () -> RunGuard.requireOwnFiles(run)).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoint.safetensors",
        "model.safetensors",
        "predictions.safetensors",
        "metrics.json",
        "run.json",
        "live.json",
        "history.csv",
        "steps.csv",
        "report.html",
        ".jacquard.lock",
        "plots/loss.svg",
        "plots/anything",
      })
  void aLinkInAFilesPlaceIsRefused(String name) {
    link(run.resolve(name), precious);
    String message = refusal();
    assertEquals(
        run.resolve(name)
            + ": expected the run's own, received a symbolic link; move it out of the run folder",
        message);
  }

  /** Else what it leads to would be made. */
  @Test
  void aLinkToNothingIsRefused() {
    link(run.resolve("report.html"), folder.resolve("new"));
    assertTrue(refusal().contains("report.html: expected the run's own"));
  }

  @Test
  void aLinkInPlaceOfTheChartsFolderIsRefused() throws IOException {
    Files.delete(run.resolve("plots/loss.svg"));
    link(run.resolve("plots"), folder);
    assertTrue(refusal().contains("plots: expected the run's own, received a symbolic"));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no mkfifo")
  void aPipeIsRefused() throws Exception {
    Path pipe = run.resolve("steps.csv");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertTrue(refusal().contains("steps.csv: expected the run's own, received what is neither"));
    Files.delete(run.resolve("run.json"));
    Files.move(pipe, run.resolve("run.json"));
    assertThrows(JacquardException.class, () -> RunFolder.existing(run).settings());
  }

  @Test
  void whatElseIsThereIsItsUsers() {
    link(run.resolve("notes"), precious);
    assertDoesNotThrow(() -> RunGuard.requireOwnFiles(run));
  }

  @Test
  void aRunMayBeReachedByALink() {
    Path alias = folder.resolve("alias");
    link(alias, run);
    assertDoesNotThrow(() -> RunGuard.requireOwnFiles(alias));
  }

  /** A folder that is empty but for what looks like a lock's file. */
  @Test
  void aNewRunLocksNothingThroughALink() throws IOException {
    Path chosen = Files.createDirectory(folder.resolve("chosen"));
    link(chosen.resolve(".jacquard.lock"), folder.resolve("new"));
    JacquardException e =
        assertThrows(
            JacquardException.class, () -> RunFolder.create(Optional.of(chosen), network()));
    assertTrue(e.getMessage().contains(".jacquard.lock: expected the run's own"), e.getMessage());
    assertFalse(Files.exists(folder.resolve("new")));
  }

  private static Network network() {
    return Network.parse(
        "{\"input_shape\": [2], \"layers\": [{\"type\": \"Dense\", \"units\": 2}]}",
        LayerTypes.builtIn());
  }
}
