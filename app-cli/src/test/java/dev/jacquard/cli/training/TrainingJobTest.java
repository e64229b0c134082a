package dev.jacquard.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.run.RunFolder;
import dev.jacquard.fmnist.FashionMnistNetworks;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training says when a second Ctrl-C ends it at once. */
class TrainingJobTest {
  private static final Network NETWORK =
      Network.parse(FashionMnistNetworks.json("lenet5"), LayerTypes.builtIn());

  @TempDir Path parent;

  private static String abandoned(RunFolder folder) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    TrainingRequest request =
        new TrainingRequest(NETWORK, null, folder, Optional.empty(), OptionalInt.empty(), false);
    ClassLoader loader = TrainingJobTest.class.getClassLoader();
    new TrainingJob(new Console(stream, stream), request, loader, true, "1").abandon();
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void nothingIsPromisedBeforeTheFirstCheckpoint() {
    RunFolder folder = RunFolder.create(Optional.of(parent.resolve("run")), NETWORK);
    assertEquals(
        "Ended at once, before the first checkpoint; nothing is kept.\n", abandoned(folder));
    assertFalse(Files.exists(folder.path()));
  }

  @Test
  void theCheckpointThatIsThereIsNamed() throws IOException {
    RunFolder folder = RunFolder.create(Optional.of(parent.resolve("run")), NETWORK);
    Files.createFile(folder.checkpoint());
    assertEquals(
        "Ended at once; the last complete checkpoint is kept. Go on with: jacquard train --resume "
            + folder.path()
            + "\n",
        abandoned(folder));
  }

  @Test
  void aLogIsKeptThatNothingGoesOnFrom() throws IOException {
    RunFolder folder = RunFolder.create(Optional.of(parent.resolve("run")), NETWORK);
    Files.writeString(folder.steps(), "step,loss\n1,2.5\n");
    assertEquals(
        "Ended at once, before the first checkpoint; nothing is there to go on from in "
            + folder.path()
            + ".\n",
        abandoned(folder));
  }
}
