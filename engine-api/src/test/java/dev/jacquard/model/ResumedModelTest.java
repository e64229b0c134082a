package dev.jacquard.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.reference.ReferenceBackend;
import dev.jacquard.tensor.DType;
import dev.jacquard.train.Checkpointing;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Recipe;
import dev.jacquard.train.TrainingListener;
import dev.jacquard.train.TrainingLoop;
import dev.jacquard.train.TrainingResult;
import dev.jacquard.train.TrainingResult.Ending;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is stopped from another thread, and gone on with. */
class ResumedModelTest {
  private static final Recipe RECIPE = Recipe.of(Stripes.NETWORK, 1);
  private static final DataSet DATA = Stripes.data("training", 64);

  @TempDir Path folder;
  private ModelOptions options;
  private Path file;

  @BeforeEach
  void names() {
    options = Stripes.onReference(folder);
    file = folder.resolve("checkpoint.safetensors");
  }

  private Checkpointing checkpointing() {
    return new Checkpointing(file, Stripes.NETWORK.toJson());
  }

  /** After two epochs. */
  private TrainingResult stopped(Model model) {
    TrainingListener stopping =
        new TrainingListener() {
          @Override
          public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
            if (result.epoch() == 2) {
              Thread other = new Thread(model::stopTraining);
              other.start();
              try {
                other.join();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
          }
        };
    return model.train(DATA, Optional.empty(), RECIPE, List.of(stopping, checkpointing()));
  }

  @Test
  void goesOnToTheSameBits() {
    float[] whole;
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      model.train(DATA, Optional.empty(), RECIPE, List.of());
      whole = model.predict(DATA.bytes());
    }
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      TrainingResult first = stopped(model);
      assertEquals(Ending.INTERRUPTED, first.ending());
      assertEquals(2, first.progress().epoch());
    }
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      TrainingResult second =
          model.resume(file, DATA, Optional.empty(), RECIPE, List.of(checkpointing()));
      assertEquals(Ending.COMPLETED, second.ending());
      assertEquals(6, second.progress().history().size());
      assertArrayEquals(whole, model.predict(DATA.bytes()));
    }
  }

  @Test
  void anotherDataSetIsRefusedAndChangesNothing() {
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      stopped(model);
      float[] before = model.predict(DATA.bytes());
      DataSet other = Stripes.data("other", 64);
      String message =
          assertThrows(
                  JacquardException.class,
                  () -> model.resume(file, other, Optional.empty(), RECIPE, List.of()))
              .getMessage();
      assertEquals(
          "the checkpoint was made with training set 64 samples with the digest "
              + DATA.digest().substring(0, 16)
              + ", received 64 samples with the digest "
              + other.digest().substring(0, 16)
              + "; go on with the former, or start anew with its weights",
          message);
      assertArrayEquals(before, model.predict(DATA.bytes()));
    }
  }

  @Test
  void aStopIsForTheTrainingThatGoesOn() {
    Recipe three = RECIPE.withMaxSteps(OptionalLong.of(3));
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      model.stopTraining();
      assertEquals(
          Ending.MAX_STEPS, model.train(DATA, Optional.empty(), three, List.of()).ending());
      stopped(model);
      assertEquals(
          Ending.MAX_STEPS, model.train(DATA, Optional.empty(), three, List.of()).ending());
    }
  }

  /** Compiling takes seconds on some devices. */
  @Test
  void aStopThatComesBeforeTheFirstStepCounts() {
    Graph graph = Stripes.NETWORK.lower(DType.U8);
    try (Device device = new ReferenceBackend().open(ReferenceBackend.ID, BackendOptions.none());
        TrainingLoop loop =
            new TrainingLoop(
                device.session(graph, SessionConfig.of(1)),
                graph,
                RECIPE,
                DATA,
                Optional.empty(),
                List.of())) {
      TrainingTurn turn = new TrainingTurn();
      turn.begin("stripes");
      turn.stop();
      turn.running(loop);
      TrainingResult result = loop.run();
      assertEquals(Ending.INTERRUPTED, result.ending());
      assertEquals(0, result.progress().step());
    }
  }
}
