package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NonFiniteTest {
  private static final Recipe CONSTANT =
      new Recipe(
          3,
          4,
          new Optimizer.Sgd(0.1, 0.9, false),
          Schedule.CONSTANT,
          5,
          true,
          OptionalLong.empty());

  @TempDir Path folder;
  private Path checkpoint;
  private Path steps;
  private final List<Throwable> heard = new ArrayList<>();

  private final TrainingListener listening =
      new TrainingListener() {
        @Override
        public void onFailure(Throwable failure) {
          heard.add(failure);
        }
      };

  @BeforeEach
  void names() {
    checkpoint = folder.resolve("checkpoint.safetensors");
    steps = folder.resolve("steps.csv");
  }

  private Training training() {
    return new Training(
        CONSTANT, listening, new StepLog(steps), new Checkpointing(checkpoint, "{}"));
  }

  private NonFiniteException failure(TrainingLoop loop) {
    NonFiniteException failure = assertThrows(NonFiniteException.class, loop::run);
    assertEquals(1, heard.size());
    assertSame(failure, heard.get(0));
    return failure;
  }

  @Test
  void aLossStopsTrainingAndTheLastGoodCheckpointStays() throws IOException {
    Training training = training();
    training.session.nanLossAt = 9;
    assertEquals(
        "the loss is NaN at step 10 (epoch 2 of 3, learning rate 0.1); use a lower learning rate;"
            + " the last good checkpoint is kept in "
            + checkpoint,
        failure(training.loop).getMessage());
    Checkpoint kept = Checkpoint.read(checkpoint);
    assertEquals(6, kept.progress().step());
    assertEquals("", Checkpoint.firstNonFinite(kept.tensors()));
    assertEquals(10, Files.readAllLines(steps).size(), "a header and the nine steps before");
  }

  @Test
  void aLossInTheFirstEpochLeavesNoCheckpoint() {
    Training training = training();
    training.session.nanLossAt = 0;
    assertEquals(
        "the loss is NaN at step 1 (epoch 1 of 3, learning rate 0.1); use a lower learning rate;"
            + " no checkpoint was written before",
        failure(training.loop).getMessage());
    assertFalse(Files.exists(checkpoint));
  }

  @Test
  void aValidationLossStopsIt() {
    Training training = training();
    training.session.nanWeightAfter = 11;
    assertEquals(
        "the validation loss is NaN after epoch 2 of 3; use a lower learning rate; the last good"
            + " checkpoint is kept in "
            + checkpoint,
        failure(training.loop).getMessage());
    assertEquals(6, Checkpoint.read(checkpoint).progress().step());
  }

  @Test
  void aWeightThatNoLossShowedYetIsNotCheckpointed() {
    ToySession session = new ToySession(5);
    session.nanWeightAfter = 11;
    TrainingLoop loop =
        Training.loop(
            session,
            Training.recipe(),
            Optional.empty(),
            listening,
            new Checkpointing(checkpoint, "{}"));
    assertEquals(
        "dense/kernel holds NaN after step 12; use a lower learning rate; the last good"
            + " checkpoint is kept in "
            + checkpoint,
        failure(loop).getMessage());
    assertEquals(6, Checkpoint.read(checkpoint).progress().step());
  }

  @Test
  void aResumedTrainingKnowsTheCheckpointThatItCameFrom() {
    Recipe cut = CONSTANT.withMaxSteps(OptionalLong.of(2));
    new Training(cut, new Checkpointing(checkpoint, "{}")).loop.run();
    Training training = training();
    training.session.nanLossAt = 3;
    Progress from = training.loop.restore(Checkpoint.read(checkpoint));
    NonFiniteException failure =
        assertThrows(NonFiniteException.class, () -> training.loop.run(from));
    assertEquals(
        "the loss is NaN at step 4 (epoch 1 of 3, learning rate 0.1); use a lower learning rate;"
            + " the last good checkpoint is kept in "
            + checkpoint,
        failure.getMessage());
    assertEquals(2, Checkpoint.read(checkpoint).progress().step());
  }
}
