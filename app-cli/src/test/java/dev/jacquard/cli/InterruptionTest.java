package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.train.Checkpoint;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, in a JVM of its own. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no kill")
class InterruptionTest {
  private static final int EPOCHS = 100_000;

  @TempDir Path folder;

  @Test
  void keepsACheckpointThatGoesOnToTheSameBits() throws Exception {
    Path run = folder.resolve("run");
    Process process = start(arguments(run));
    Path history = run.resolve("history.csv");
    while (!Files.exists(history) || Files.readAllLines(history).size() < 3) {
      assertTrue(process.isAlive(), () -> "ended too early");
      Thread.sleep(20);
    }
    CommandProcess.interrupt(process);
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(130, process.exitValue(), err);
    long step = Checkpoint.read(run.resolve("checkpoint.safetensors")).progress().step();
    String line =
        "Stopping after this step, with a checkpoint. Ctrl-C again ends at once.\n"
            + "Interrupted after step "
            + step
            + "; the last complete checkpoint is kept. Go on with: jacquard train --resume "
            + run
            + "\n";
    // Before it there may be the JVM's warning of an incubator module.
    assertTrue(err.endsWith(line), err);
    assertFalse(Files.exists(run.resolve("model.safetensors")));
    assertResumesToTheSameBits(run, step + 5);
  }

  /** It would write the same files; one that was killed keeps nobody from going on. */
  @Test
  void aTrainingHasItsFolderAlone() throws Exception {
    Path run = folder.resolve("run");
    Process process = start(arguments(run));
    while (!Files.exists(run.resolve("checkpoint.safetensors"))) {
      assertTrue(process.isAlive(), () -> "ended too early");
      Thread.sleep(20);
    }
    Object[] resume = {"train", "--resume", run, "--max-steps", 1, "--quiet", "--no-report"};
    Outcome refused = Outcome.of(resume);
    assertEquals(1, refused.status(), refused.out());
    assertEquals(
        "jacquard: the run folder "
            + run
            + " is in use: another process trains in it; wait for its end, or end it\n",
        refused.err());
    process.destroyForcibly().waitFor();
    Outcome resumed = Outcome.of(resume);
    assertEquals(0, resumed.status(), resumed.err());
  }

  /** Held in the reading of the network, which is a pipe, where nothing can stop it. */
  @Test
  void isAnsweredAtOnceAndLeavesNoFolderBeforeTheFirstStep() throws Exception {
    Path run = folder.resolve("run");
    Process process = startWithPipe(run);
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      try (OutputStream network = Files.newOutputStream(folder.resolve("pipe.json"))) {
        CommandProcess.interrupt(process);
        assertEquals(
            "Stopping before training begins. Ctrl-C again ends at once.", firstOfOurs(err));
        network.write(Tiny.NETWORK.getBytes(StandardCharsets.UTF_8));
      }
      assertEquals(
          "Interrupted before the first step; nothing is kept.",
          err.lines().reduce((first, last) -> last).orElse(""));
    }
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertEquals(130, process.exitValue());
    assertFalse(Files.exists(run));
  }

  @Test
  void aSecondOneEndsAtOnce() throws Exception {
    Path run = folder.resolve("run");
    Process process = startWithPipe(run);
    try (OutputStream network = Files.newOutputStream(folder.resolve("pipe.json"));
        BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      // A text that does not end.
      network.write(' ');
      CommandProcess.interrupt(process);
      assertEquals("Stopping before training begins. Ctrl-C again ends at once.", firstOfOurs(err));
      CommandProcess.interrupt(process);
      assertTrue(process.waitFor(120, TimeUnit.SECONDS));
      assertEquals(130, process.exitValue());
      assertFalse(Files.exists(run));
    }
  }

  /** Held in the writing of what the network said, which goes into a pipe that nobody reads. */
  @Test
  void afterTheTrainingNothingHasToBeResumed() throws Exception {
    Path run = folder.resolve("run");
    List<Object> args = arguments(run);
    args.set(args.indexOf("--epochs") + 1, 120);
    args.remove("--no-report");
    Process process = start(args, Redirect.PIPE);
    while (!Files.exists(run.resolve("run.json"))) {
      assertTrue(process.isAlive(), () -> "ended too early");
      Thread.sleep(5);
    }
    makePipe(run.resolve("predictions.safetensors"));
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      assertEquals("Run folder: " + run, out.readLine());
      assertTrue(out.readLine().startsWith("Test loss: "));
      CommandProcess.interrupt(process);
      assertEquals(
          "Training has ended; stopping when its results are written. Ctrl-C again ends at once.",
          firstOfOurs(err));
      CommandProcess.interrupt(process);
      assertEquals(
          "Ended at once; the training is complete, its results are kept, and nothing has to be"
              + " resumed. Should the report be missing: jacquard report "
              + run,
          err.readLine());
      assertTrue(process.waitFor(120, TimeUnit.SECONDS));
      assertEquals(130, process.exitValue());
    }
  }

  /** The JVM must not be gone before the line. */
  @Test
  void aFailureAfterItIsTold() throws Exception {
    Process process = startWithPipe(folder.resolve("run"));
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      try (OutputStream network = Files.newOutputStream(folder.resolve("pipe.json"))) {
        network.write(' ');
        CommandProcess.interrupt(process);
        assertEquals(
            "Stopping before training begins. Ctrl-C again ends at once.", firstOfOurs(err));
        network.write('?');
      }
      String line = String.valueOf(err.readLine());
      assertTrue(line.startsWith("jacquard: " + folder.resolve("pipe.json")), line);
      assertTrue(process.waitFor(120, TimeUnit.SECONDS));
      assertEquals(130, process.exitValue());
    }
  }

  /** Before it there may be the JVM's warning of an incubator module. */
  private static String firstOfOurs(BufferedReader err) throws IOException {
    String line = err.readLine();
    while (line != null && line.startsWith("WARNING")) {
      line = err.readLine();
    }
    return line;
  }

  private Process startWithPipe(Path run) throws Exception {
    Path pipe = folder.resolve("pipe.json");
    makePipe(pipe);
    List<Object> args = arguments(run);
    args.set(args.indexOf("--network") + 1, pipe);
    return start(args);
  }

  private static void makePipe(Path pipe) throws Exception {
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
  }

  private void assertResumesToTheSameBits(Path run, long until) throws IOException {
    assertEquals(0, Outcome.of("train", "--resume", run, "--max-steps", until).status());
    Path whole = folder.resolve("whole");
    List<Object> args = arguments(whole);
    args.addAll(List.of("--max-steps", until));
    assertEquals(0, Outcome.of(args.toArray()).status());
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("model.safetensors")),
        Files.readAllBytes(run.resolve("model.safetensors")));
  }

  private List<Object> arguments(Path run) {
    List<Object> args = new ArrayList<>(Arrays.asList(Tiny.train(folder)));
    args.addAll(List.of("--out", run, "--epochs", EPOCHS, "--schedule", "constant", "--quiet"));
    return args;
  }

  private static Process start(List<Object> args) throws IOException {
    return start(args, Redirect.to(new File("/dev/null")));
  }

  private static Process start(List<Object> args, Redirect out) throws IOException {
    // The same kernels as here; others would be another plan, whose run cannot be gone on with.
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    List<String> command =
        CommandProcess.command(
            vectors ? List.of("--add-modules", "jdk.incubator.vector") : List.of(),
            args.stream().map(Object::toString).toList());
    return new ProcessBuilder(command).redirectOutput(out).start();
  }
}
