package dev.jacquard.train;

import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A training of a {@link ToySession}: 23 samples in batches of 4, so 6 steps an epoch, the last
 * with 3 samples.
 */
final class Training {
  static final int SAMPLES = 23;
  static final int STEPS_PER_EPOCH = 6;
  static final int EPOCHS = 3;

  final ToySession session = new ToySession(5);
  final TrainingLoop loop;

  Training(TrainingListener... listeners) {
    this(recipe(), listeners);
  }

  Training(Recipe recipe, TrainingListener... listeners) {
    loop = loop(session, recipe, Optional.of(ToySession.data("validation", 11)), listeners);
  }

  static TrainingLoop loop(
      ToySession session,
      Recipe recipe,
      Optional<DataSet> validation,
      TrainingListener... listeners) {
    return new TrainingLoop(
        session,
        ToySession.graph(),
        recipe,
        ToySession.data("training", SAMPLES),
        validation,
        List.of(listeners),
        session::nanoTime);
  }

  static Recipe recipe() {
    return new Recipe(
        EPOCHS,
        4,
        new Optimizer.Sgd(0.1, 0.9, false),
        Schedule.ONE_CYCLE,
        5,
        true,
        OptionalLong.empty());
  }

  /** Asks to stop when a step is done. */
  static TrainingListener stopAfter(long step) {
    return new TrainingListener() {
      private TrainingControl control;

      @Override
      public void onStart(TrainingInfo info, TrainingControl by) {
        control = by;
      }

      @Override
      public void onStretch(StretchEvent event) {
        if (event.progress().step() >= step) {
          control.stop("step " + step + " is done");
        }
      }
    };
  }

  /** The history without the times. */
  static List<String> figures(List<EpochResult> history) {
    return history.stream().map(row -> row.csv().substring(0, row.csv().lastIndexOf(','))).toList();
  }
}
