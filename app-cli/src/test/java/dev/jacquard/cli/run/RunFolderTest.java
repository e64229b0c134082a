package dev.jacquard.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.FashionMnistNetworks;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a run folder is made of, and when it goes. */
class RunFolderTest {
  private static final Network NETWORK =
      Network.parse(FashionMnistNetworks.json("lenet5"), LayerTypes.builtIn());

  @TempDir Path folder;

  @Test
  void aNewFolderHoldsTheNetwork() {
    RunFolder run = RunFolder.create(Optional.of(folder.resolve("a/b")), NETWORK);
    assertEquals(NETWORK, run.network(LayerTypes.builtIn()));
  }

  @Test
  void whatWasNeverTrainedIsTakenAway() {
    RunFolder.create(Optional.of(folder.resolve("a/b")), NETWORK).discard();
    assertFalse(Files.exists(folder.resolve("a")));
  }

  @Test
  void foldersThatOthersUseStay() throws IOException {
    RunFolder run = RunFolder.create(Optional.of(folder.resolve("a/b")), NETWORK);
    Files.createFile(folder.resolve("a/other"));
    run.discard();
    assertFalse(Files.exists(folder.resolve("a/b")));
    assertTrue(Files.exists(folder.resolve("a/other")));
  }

  @Test
  void aCheckpointKeepsTheFolder() throws IOException {
    RunFolder run = RunFolder.create(Optional.of(folder.resolve("a")), NETWORK);
    Files.createFile(run.checkpoint());
    run.discard();
    assertTrue(Files.exists(folder.resolve("a/network.json")));
  }

  @Test
  void aLogKeepsTheFolderOnceItHasAStep() throws IOException {
    RunFolder run = RunFolder.create(Optional.of(folder.resolve("a")), NETWORK);
    Files.writeString(run.steps(), "step,loss\n1,0.5\n");
    run.discard();
    assertTrue(Files.exists(run.steps()));
    Files.writeString(run.steps(), "step,loss\n");
    run.discard();
    assertFalse(Files.exists(folder.resolve("a")));
  }

  @Test
  void aRunThatGoesOnIsNeverTakenAway() throws IOException {
    Files.createFile(folder.resolve("run.json"));
    RunFolder.existing(folder).discard();
    assertTrue(Files.exists(folder.resolve("run.json")));
  }

  /** Of which one that begins, and one that goes on. */
  @Test
  void twoTrainingsDoNotShareAFolder() throws IOException {
    Path path = folder.resolve("a");
    RunFolder first = RunFolder.create(Optional.of(path), NETWORK);
    Files.createFile(first.checkpoint());
    Files.writeString(path.resolve("run.json"), "{}");
    JacquardException refused = assertThrows(JacquardException.class, () -> RunFolder.toGoOn(path));
    assertEquals(
        "the run folder "
            + path
            + " is in use: another process trains in it; wait for its end, or end it",
        refused.getMessage());
    assertThrows(JacquardException.class, () -> RunFolder.create(Optional.of(path), NETWORK));
    assertEquals(NETWORK, RunFolder.existing(path).network(LayerTypes.builtIn()));
    first.discard();
    RunFolder.toGoOn(path).discard();
    assertFalse(Files.exists(path.resolve(".jacquard.lock")));
    // As a training that was killed leaves it.
    Files.createFile(path.resolve(".jacquard.lock"));
    RunFolder.toGoOn(path).discard();
  }

  /** One training ends and another begins while a third is about to take the lock. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no file goes while it is open")
  void aLockOnAFileThatIsGoneIsNone() {
    RunLock first = RunLock.of(folder);
    RunLock late = RunLock.in(folder);
    first.release();
    assertFalse(late.take());
    RunLock second = RunLock.of(folder);
    RunLock later = RunLock.in(folder);
    second.release();
    RunLock third = RunLock.of(folder);
    assertFalse(later.take());
    assertFalse(late.take());
    late.close();
    later.close();
    third.release();
    RunLock.of(folder).release();
  }

  @Test
  void trainingsOfTheSameSecondHaveFoldersOfTheirOwn() {
    Set<Path> taken = ConcurrentHashMap.newKeySet();
    IntStream.range(0, 200)
        .parallel()
        .forEach(i -> assertTrue(taken.add(NewFolder.unused(folder.resolve("runs"), "n").path())));
    assertTrue(taken.contains(folder.resolve("runs/n-200")));
  }

  @Test
  void aFullDiskIsNoticedBeforehand() throws IOException {
    RunFolder run = RunFolder.create(Optional.of(folder.resolve("a")), NETWORK);
    run.requireSpace(1);
    JacquardException e = assertThrows(JacquardException.class, () -> run.requireSpace(1L << 60));
    assertTrue(
        e.getMessage()
            .matches(
                "the run folder .*/a needs 1099511627776 MiB of disk space, but \\d+ MiB are left;"
                    + " free some or choose another folder with --out"),
        e.getMessage());
  }

  /** Which is in a folder that it cannot choose. */
  @Test
  void aTrainingThatGoesOnIsToldWhatHelpsIt() throws IOException {
    Files.writeString(folder.resolve("run.json"), "{}");
    RunFolder run = RunFolder.toGoOn(folder);
    JacquardException e = assertThrows(JacquardException.class, () -> run.requireSpace(1L << 60));
    assertTrue(
        e.getMessage()
            .endsWith(
                "are left; free some or move the folder to where there is more, and resume it"
                    + " there"),
        e.getMessage());
    run.discard();
  }
}
