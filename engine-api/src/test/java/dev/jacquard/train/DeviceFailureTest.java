package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.backend.DeviceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that fails in the middle of a training. */
class DeviceFailureTest {
  @TempDir Path folder;

  private Training training(TrainingListener more) {
    return new Training(more, new Checkpointing(checkpoint(), "{}"));
  }

  private Path checkpoint() {
    return folder.resolve("checkpoint.safetensors");
  }

  @Test
  void keepsTheLastCheckpointAndTrainingGoesOnFromItToTheSameBits() {
    List<Throwable> heard = new ArrayList<>();
    Training broken =
        training(
            new TrainingListener() {
              @Override
              public void onFailure(Throwable failure) {
                heard.add(failure);
              }
            });
    broken.session.failureAt = 9;
    DeviceException failure = assertThrows(DeviceException.class, broken.loop::run);
    assertEquals(
        "toy failed: it fell; that was after step 6 of 18; the last good checkpoint is kept in "
            + checkpoint()
            + ", go on from it",
        failure.getMessage());
    assertEquals(1, heard.size());
    assertSame(failure, heard.get(0));

    Training rest = training(new TrainingListener() {});
    rest.loop.run(rest.loop.restore(Checkpoint.read(checkpoint())));
    Training whole = new Training();
    whole.loop.run();
    assertArrayEquals(
        whole.session.read("dense/kernel").values(), rest.session.read("dense/kernel").values());
  }

  @Test
  void saysThatThereIsNoCheckpointYet() {
    Training broken = training(new TrainingListener() {});
    broken.session.failureAt = 0;
    assertEquals(
        "toy failed: it fell; that was after step 0 of 18; no checkpoint was written before, train"
            + " again",
        assertThrows(DeviceException.class, broken.loop::run).getMessage());
    assertFalse(Files.exists(checkpoint()));
  }
}
