package dev.jacquard.train;

import dev.jacquard.backend.DeviceException;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.train.TrainingResult.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * One run of a {@link TrainingLoop}, from a progress to an ending. The sums of an epoch are added
 * up step by step in double, so that they are the same bits wherever the stretches are cut.
 */
final class Run implements TrainingControl {
  private static final int MOST_STEPS = 1 << 16;

  private final TrainingInfo info;
  private final Trainer trainer;
  private final ResidentData data;
  private final Optional<Evaluator> evaluator;
  private final List<TrainingListener> listeners;
  private final BooleanSupplier interrupted;
  private final LongSupplier nanoClock;

  private final Recipe recipe;
  private final int stepsPerEpoch;
  private final long plannedSteps;
  private final Pace pace;
  private final Stretch stretch;
  private final StretchResult result;
  private final SampleOrder order;
  private int[] ordered;
  private int orderedEpoch = -1;

  private long step;
  private int epoch;
  private double lossSum;
  private long hits;
  private long samples;
  private double seconds;
  private List<EpochResult> history;

  private long checkpointStep;
  private Optional<Evaluation> evaluation = Optional.empty();
  private Optional<String> stopReason = Optional.empty();
  private Optional<String> checkpoint = Optional.empty();

  Run(
      TrainingInfo info,
      Trainer trainer,
      ResidentData data,
      Optional<Evaluator> evaluator,
      List<TrainingListener> listeners,
      BooleanSupplier interrupted,
      LongSupplier nanoClock) {
    this.info = info;
    this.trainer = trainer;
    this.data = data;
    this.evaluator = evaluator;
    this.listeners = listeners;
    this.interrupted = interrupted;
    this.nanoClock = nanoClock;
    recipe = info.recipe();
    stepsPerEpoch = info.stepsPerEpoch();
    plannedSteps = recipe.plannedSteps(info.samples());
    int capacity = Math.min(stepsPerEpoch, MOST_STEPS);
    pace = new Pace(capacity);
    stretch = new Stretch(recipe.batchSize(), capacity);
    result = new StretchResult(capacity);
    order = new SampleOrder(info.samples(), recipe.seed(), recipe.shuffle());
    Progress from = info.from();
    step = from.step();
    checkpointStep = step;
    epoch = from.epoch();
    lossSum = from.lossSum();
    hits = from.hits();
    samples = from.samples();
    seconds = from.seconds();
    history = from.history();
  }

  TrainingResult run() {
    try {
      return train();
    } catch (RuntimeException | Error failure) {
      for (TrainingListener listener : listeners) {
        try {
          listener.onFailure(failure);
        } catch (RuntimeException another) {
          failure.addSuppressed(another);
        }
      }
      throw failure;
    }
  }

  private TrainingResult train() {
    try {
      listeners.forEach(listener -> listener.onStart(info, this));
      Optional<Ending> ending = ending();
      while (ending.isEmpty()) {
        trainStretch();
        if (samples == info.samples()) {
          finishEpoch();
        }
        ending = ending();
      }
      if (step != checkpointStep) {
        checkpoint();
      }
      Ending why = ending.get();
      TrainingResult end = new TrainingResult(why, reason(why), progress(), evaluation);
      listeners.forEach(listener -> listener.onEnd(end, info.session()));
      return end;
    } catch (DeviceException e) {
      throw new DeviceException(e.getMessage() + "; " + afterFailure(), e);
    }
  }

  private String afterFailure() {
    String kept =
        checkpoint
            .map(where -> "the last good checkpoint is kept in " + where + ", go on from it")
            .orElse("no checkpoint was written before, train again");
    return "that was after step " + step + " of " + info.lastStep() + "; " + kept;
  }

  private Optional<Ending> ending() {
    if (step >= plannedSteps) {
      return Optional.of(Ending.COMPLETED);
    }
    if (step >= info.lastStep()) {
      return Optional.of(Ending.MAX_STEPS);
    }
    if (stopReason.isPresent()) {
      return Optional.of(Ending.STOPPED);
    }
    return interrupted.getAsBoolean() ? Optional.of(Ending.INTERRUPTED) : Optional.empty();
  }

  private String reason(Ending ending) {
    return switch (ending) {
      case COMPLETED -> "all epochs are done";
      case MAX_STEPS -> "step " + step + " was to be the last";
      case STOPPED -> stopReason.orElseThrow();
      case INTERRUPTED -> "interrupted after step " + step;
    };
  }

  private void trainStretch() {
    long start = nanoClock.getAsLong();
    if (orderedEpoch != epoch) {
      ordered = order.of(epoch);
      orderedEpoch = epoch;
    }
    fill();
    trainer.run(data, stretch, result);
    long took = nanoClock.getAsLong() - start;
    pace.ran(stretch.steps(), took);
    seconds += took * 1e-9;
    int finite = addUp();
    if (finite > 0) {
      StretchEvent event = new StretchEvent(stretch, result, finite, took * 1e-9, progress());
      listeners.forEach(listener -> listener.onStretch(event));
    }
    if (finite < stretch.steps()) {
      String loss = Float.toString(result.losses()[finite]);
      String where =
          " (epoch "
              + (epoch + 1)
              + " of "
              + recipe.epochs()
              + ", learning rate "
              + stretch.rate(finite)
              + ")";
      throw NonFiniteException.of(
          "the loss is " + loss + " at step " + (step + 1) + where, checkpoint);
    }
  }

  private void fill() {
    stretch.clear(step);
    long stepInEpoch = step - (long) epoch * stepsPerEpoch;
    long left = Math.min(stepsPerEpoch - stepInEpoch, info.lastStep() - step);
    int steps = (int) Math.min(pace.steps(), left);
    int batch = recipe.batchSize();
    for (int i = 0; i < steps; i++) {
      int position = (int) ((stepInEpoch + i) * batch);
      int size = Math.min(batch, info.samples() - position);
      stretch.add(ordered, position, size, position, recipe.rate(step + i, plannedSteps));
    }
  }

  /**
   * Takes the stretch's results into the epoch's sums; returns how many steps had a finite loss
   * before one had not.
   */
  private int addUp() {
    int finite = 0;
    while (finite < stretch.steps() && Float.isFinite(result.losses()[finite])) {
      int size = stretch.size(finite);
      lossSum += (double) result.losses()[finite] * size;
      hits += result.hits()[finite];
      samples += size;
      finite++;
    }
    step += finite;
    return finite;
  }

  private void finishEpoch() {
    evaluation = evaluator.map(Evaluator::evaluate);
    Progress done = progress();
    EpochResult row =
        new EpochResult(
            epoch + 1,
            done.loss(),
            done.accuracy(),
            evaluation.map(e -> OptionalDouble.of(e.loss())).orElseGet(OptionalDouble::empty),
            evaluation.map(e -> OptionalDouble.of(e.accuracy())).orElseGet(OptionalDouble::empty),
            seconds);
    double valLoss = row.valLoss().orElse(0);
    if (!Double.isFinite(valLoss)) {
      throw NonFiniteException.of(
          "the validation loss is "
              + valLoss
              + " after epoch "
              + (epoch + 1)
              + " of "
              + recipe.epochs(),
          checkpoint);
    }
    List<EpochResult> longer = new ArrayList<>(history);
    longer.add(row);
    history = List.copyOf(longer);
    epoch++;
    lossSum = 0;
    hits = 0;
    samples = 0;
    seconds = 0;
    listeners.forEach(listener -> listener.onEpochEnd(row, evaluation));
    checkpoint();
  }

  private void checkpoint() {
    Progress progress = progress();
    listeners.forEach(listener -> listener.onCheckpoint(progress, info.session()));
    checkpointStep = step;
  }

  private Progress progress() {
    return new Progress(step, epoch, lossSum, hits, samples, seconds, history);
  }

  @Override
  public void stop(String reason) {
    if (stopReason.isEmpty()) {
      stopReason = Optional.of(reason);
    }
  }

  @Override
  public void checkpointed(String where) {
    checkpoint = Optional.of(where);
  }
}
