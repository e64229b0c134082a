package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Session;
import dev.jacquard.checkpoint.SafeTensors;
import dev.jacquard.checkpoint.TensorFile;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.train.EarlyStopping.Monitor;
import dev.jacquard.train.TrainingResult.Ending;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlyStoppingTest {
  @TempDir Path folder;
  private final List<String> reasons = new ArrayList<>();

  private final TrainingControl control =
      new TrainingControl() {
        @Override
        public void stop(String reason) {
          reasons.add(reason);
        }

        @Override
        public void checkpointed(String where) {
          throw new AssertionError(where);
        }
      };

  private static EpochResult row(int epoch, double figure) {
    OptionalDouble val = OptionalDouble.of(figure);
    return new EpochResult(epoch, figure, figure, val, val, 1);
  }

  private static TrainingInfo info(ToySession session, List<EpochResult> history) {
    int epochs = history.size();
    Progress from = new Progress(6L * epochs, epochs, 0, 0, 0, 0, history);
    return new TrainingInfo(
        Training.recipe(),
        session,
        new Plan(List.of(), 1, 0, "toy-1"),
        ToySession.data("training", 23),
        11,
        from);
  }

  /**
   * The epoch that it stops after, of these figures; 0 if none. The first {@code before} are from
   * before a resume.
   */
  private int stopsAfter(EarlyStopping stopping, int before, double... figures) {
    reasons.clear();
    List<EpochResult> history = new ArrayList<>();
    for (int i = 0; i < before; i++) {
      history.add(row(i + 1, figures[i]));
    }
    stopping.onStart(info(new ToySession(5), history), control);
    for (int i = before; i < figures.length && reasons.isEmpty(); i++) {
      history.add(row(i + 1, figures[i]));
      stopping.onEpochEnd(history.get(i), Optional.empty());
    }
    return reasons.isEmpty() ? 0 : history.size();
  }

  @Test
  void stopsWhenItHasWaitedLongEnough() {
    EarlyStopping stopping = new EarlyStopping(Monitor.VAL_LOSS, 2, 0);
    assertEquals(5, stopsAfter(stopping, 0, 0.5, 0.6, 0.4, 0.4, 0.41, 0.1));
    assertEquals(List.of("val_loss has not improved since epoch 3, 2 epochs ago"), reasons);
    assertEquals(3, stopping.bestEpoch());
    assertEquals(0, stopsAfter(stopping, 0, 0.5, 0.6, 0.4, 0.5, 0.3, 0.35));
  }

  @Test
  void accuracyIsToRise() {
    for (Monitor monitor : List.of(Monitor.ACCURACY, Monitor.VAL_ACCURACY)) {
      assertEquals(4, stopsAfter(new EarlyStopping(monitor, 1, 0), 0, 0.5, 0.6, 0.7, 0.7, 0.8));
    }
    assertEquals(2, stopsAfter(new EarlyStopping(Monitor.LOSS, 1, 0), 0, 0.5, 0.6, 0.7));
  }

  @Test
  void patienceZeroStopsAtTheFirstEpochThatIsNotBetter() {
    assertEquals(3, stopsAfter(new EarlyStopping(Monitor.LOSS, 0, 0), 0, 0.5, 0.4, 0.4, 0.3));
  }

  @Test
  void anImprovementMustExceedTheLeast() {
    EarlyStopping stopping = new EarlyStopping(Monitor.LOSS, 2, 0.1);
    assertEquals(3, stopsAfter(stopping, 0, 1.0, 0.95, 0.91, 0.5));
    assertEquals(0, stopsAfter(stopping, 0, 1.0, 0.95, 0.85, 0.8));
  }

  @Test
  void aResumeStopsWhereAnUnbrokenTrainingWould() {
    double[] figures = {0.5, 0.6, 0.4, 0.4, 0.41, 0.1};
    for (int before = 0; before <= 5; before++) {
      assertEquals(5, stopsAfter(new EarlyStopping(Monitor.VAL_LOSS, 2, 0), before, figures));
    }
  }

  @Test
  void refusesWhatItCannotDo() {
    assertEquals(
        "early stopping: expected a patience and a least improvement of at least 0, received -1 and"
            + " 0.0",
        assertThrows(JacquardException.class, () -> new EarlyStopping(Monitor.LOSS, -1, 0))
            .getMessage());
    TrainingLoop loop =
        Training.loop(
            new ToySession(5),
            Training.recipe(),
            Optional.empty(),
            new EarlyStopping(Monitor.VAL_LOSS, 1, 0));
    assertEquals(
        "early stopping watches val_loss, but there is no validation set; give one or watch loss",
        assertThrows(JacquardException.class, loop::run).getMessage());
  }

  @Test
  void refusesAHistoryWithoutWhatItWatches() {
    OptionalDouble none = OptionalDouble.empty();
    List<EpochResult> history = List.of(row(1, 0.5), new EpochResult(2, 0.5, 0.5, none, none, 1));
    for (Monitor monitor : List.of(Monitor.VAL_LOSS, Monitor.VAL_ACCURACY)) {
      EarlyStopping stopping = new EarlyStopping(monitor, 1, 0);
      TrainingInfo info = info(new ToySession(5), history);
      assertEquals(
          "early stopping watches "
              + monitor.label()
              + ", but epoch 2 of the training that is to go on had no validation set; watch loss",
          assertThrows(JacquardException.class, () -> stopping.onStart(info, control))
              .getMessage());
    }
  }

  /** No epoch improves by 9, so the first is the best, and the second is one too many. */
  private EarlyStopping firstIsBest() {
    return new EarlyStopping(Monitor.LOSS, 1, 9).restoringBest(folder.resolve("best.safetensors"));
  }

  @Test
  void putsTheBestParametersBackAfterTheCheckpoint() {
    Tensor[] kernels = new Tensor[2];
    TrainingListener keeping =
        new TrainingListener() {
          @Override
          public void onCheckpoint(Progress progress, Session session) {
            kernels[progress.epoch() - 1] = session.read("dense/kernel");
          }
        };
    Training training = new Training(firstIsBest(), keeping);
    assertEquals(Ending.STOPPED, training.loop.run().ending());
    assertEquals(kernels[0], training.session.read("dense/kernel"));
    assertNotEquals(kernels[0], kernels[1]);
  }

  @Test
  void putsTheBestParametersBackAtTheLastStepToo() {
    Recipe six = Training.recipe().withMaxSteps(OptionalLong.of(6));
    Training whole = new Training(six);
    whole.loop.run();
    Training cut = new Training(Training.recipe().withMaxSteps(OptionalLong.of(8)), firstIsBest());
    assertEquals(Ending.MAX_STEPS, cut.loop.run().ending());
    assertEquals(whole.session.read("dense/kernel"), cut.session.read("dense/kernel"));
  }

  /** The loss of an epoch is measured before its last update, which makes a weight NaN here. */
  @Test
  void keepsNoParametersThatAreNotFinite() {
    ToySession session = new ToySession(5);
    session.nanWeightAfter = 11;
    Tensor[] first = new Tensor[1];
    TrainingListener keeping =
        new TrainingListener() {
          @Override
          public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
            if (result.epoch() == 1) {
              first[0] = session.read("dense/kernel");
            }
          }
        };
    EarlyStopping stopping =
        new EarlyStopping(Monitor.LOSS, 1, 0).restoringBest(folder.resolve("best.safetensors"));
    TrainingLoop loop =
        Training.loop(session, Training.recipe(), Optional.empty(), stopping, keeping);
    assertEquals(Ending.STOPPED, loop.run().ending());
    assertEquals(1, stopping.bestEpoch());
    assertEquals(first[0], session.read("dense/kernel"));
  }

  @Test
  void findsTheBestParametersAgainAfterAResume() {
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    Training whole = new Training(firstIsBest());
    whole.loop.run();
    Training first =
        new Training(
            Training.recipe().withMaxSteps(OptionalLong.of(8)),
            firstIsBest(),
            new Checkpointing(checkpoint, "{}"));
    assertEquals(Ending.MAX_STEPS, first.loop.run().ending());
    Training second = new Training(firstIsBest());
    TrainingResult result = second.loop.run(second.loop.restore(Checkpoint.read(checkpoint)));
    assertEquals(Ending.STOPPED, result.ending());
    assertEquals(whole.session.state, second.session.state);
  }

  /** What fails between the best parameters and their checkpoint is made up for by a resume. */
  @Test
  void takesParametersOfAnEpochThatComesOnceMore() {
    new Training(firstIsBest()).loop.run();
    ToySession session = new ToySession(5);
    Path best = folder.resolve("best.safetensors");
    TensorFile file = SafeTensors.read(best);
    SafeTensors.write(best, new TensorFile(file.tensors(), Map.of("epoch", "2")));
    EarlyStopping stopping = firstIsBest();
    stopping.onStart(info(session, List.of(row(1, 20))), control);
    assertEquals(1, stopping.bestEpoch());
  }

  @Test
  void refusesTheParametersOfAnotherEpochBeforeItTrains() {
    EarlyStopping stopping = firstIsBest();
    new Training(stopping).loop.run();
    ToySession session = new ToySession(5);
    EarlyStopping other = firstIsBest();
    TrainingInfo info = info(session, List.of(row(1, 20), row(2, 1), row(3, 1)));
    assertEquals(
        folder.resolve("best.safetensors")
            + ": expected the parameters of epoch 2, received those of epoch 1; resume with the"
            + " file that the training wrote",
        assertThrows(JacquardException.class, () -> other.onStart(info, control)).getMessage());
  }
}
