package dev.jacquard.train;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Trains a session's parameters by a recipe: epoch after epoch, each in an order of its own and
 * followed by a validation. Steps are handed to the device in stretches of about half a second. It
 * can stop after any stretch and go on from the {@link Progress} that it had then, in this process
 * or, by way of a {@link Checkpoint}, in another.
 *
 * <p>One thread runs it; {@link #requestStop} is for any.
 */
public final class TrainingLoop implements AutoCloseable {
  private final Session session;
  private final Recipe recipe;
  private final DataSet training;
  private final List<TrainingListener> listeners;
  private final Trainer trainer;
  private final ResidentData resident;
  private final Optional<Evaluator> evaluator;
  private final LongSupplier nanoClock;
  private volatile boolean stopRequested;

  /**
   * Uploads the data sets and compiles training and inference. The optimiser's state is fresh
   * afterwards, so a checkpoint is restored after this.
   *
   * @param session of {@code graph}; stays the caller's
   * @param validation evaluated after each epoch
   * @param listeners told in this order; who writes checkpoints comes last, so that what the others
   *     write is there when a checkpoint says that a step is done
   * @throws JacquardException if a batch is larger than the training set, a data set is not what
   *     the graph takes, or the device cannot hold all of it
   */
  public TrainingLoop(
      Session session,
      Graph graph,
      Recipe recipe,
      DataSet training,
      Optional<DataSet> validation,
      List<TrainingListener> listeners) {
    this(session, graph, recipe, training, validation, listeners, System::nanoTime);
  }

  TrainingLoop(
      Session session,
      Graph graph,
      Recipe recipe,
      DataSet training,
      Optional<DataSet> validation,
      List<TrainingListener> listeners,
      LongSupplier nanoClock) {
    ResidentData.check(graph, training);
    validation.ifPresent(data -> ResidentData.check(graph, data));
    recipe.stepsPerEpoch(training.size());
    this.session = session;
    this.recipe = recipe;
    this.training = training;
    this.listeners = List.copyOf(listeners);
    this.nanoClock = nanoClock;
    this.resident = session.upload(training);
    Trainer made = null;
    try {
      made = session.trainer(recipe.batchSize(), recipe.optimizer());
      this.evaluator = validation.map(data -> new Evaluator(session, graph, data));
    } catch (RuntimeException | Error e) {
      if (made != null) {
        made.close();
      }
      resident.close();
      throw e;
    }
    this.trainer = made;
  }

  /** The compiled training step; its fingerprint belongs into a checkpoint. */
  public Plan plan() {
    return trainer.plan();
  }

  /**
   * Puts the session into the state of a checkpoint.
   *
   * @return where to {@link #run(Progress) run} on from
   * @throws JacquardException if the checkpoint is of another network, plan, recipe or training
   *     set, or its progress is not a point of this training; the session is then unchanged
   */
  public Progress restore(Checkpoint checkpoint) {
    checkpoint.requireFit(session, trainer.plan(), recipe.identity(training));
    checkResumable(checkpoint.progress());
    session.write(checkpoint.tensors());
    return checkpoint.progress();
  }

  /** Trains from the session's present parameters, with fresh optimiser state. */
  public TrainingResult run() {
    // An earlier run, or a checkpoint that was restored, has left its own.
    for (String name : session.tensors()) {
      if (Optimizer.isState(name)) {
        session.write(name, Tensor.zeros(session.read(name).shape()));
      }
    }
    return run(Progress.start());
  }

  /**
   * Trains on from {@code from}, which belongs to the session's present tensors, optimiser state
   * included.
   *
   * @return how it ended; it stops early, and cleanly, when a listener or {@link #requestStop} asks
   *     for it
   * @throws NonFiniteException if a loss is NaN or infinite
   * @throws dev.jacquard.backend.DeviceException if the device fails; the last checkpoint stays
   * @throws JacquardException if {@code from} is not a point of this training, or a listener failed
   */
  public TrainingResult run(Progress from) {
    checkResumable(from);
    try {
      TrainingInfo info =
          new TrainingInfo(
              recipe,
              session,
              trainer.plan(),
              training,
              evaluator.map(e -> e.data().size()).orElse(0),
              from);
      return new Run(info, trainer, resident, evaluator, listeners, () -> stopRequested, nanoClock)
          .run();
    } finally {
      stopRequested = false;
    }
  }

  /**
   * Asks a running training, or the next one, to stop after the stretch in hand; for any thread, as
   * a handler of Ctrl-C.
   */
  public void requestStop() {
    stopRequested = true;
  }

  private void checkResumable(Progress from) {
    int stepsPerEpoch = recipe.stepsPerEpoch(training.size());
    long inEpoch = from.step() - (long) from.epoch() * stepsPerEpoch;
    long samples = Math.min(inEpoch * recipe.batchSize(), training.size());
    if (from.epoch() < 0
        || inEpoch < 0
        || inEpoch >= stepsPerEpoch
        || from.samples() != samples
        || from.history().size() != from.epoch()) {
      throw new JacquardException(
          "cannot go on from step "
              + from.step()
              + " in epoch "
              + (from.epoch() + 1)
              + " with "
              + from.samples()
              + " samples trained: "
              + training.size()
              + " samples in batches of "
              + recipe.batchSize()
              + " make "
              + stepsPerEpoch
              + " steps an epoch; use the data set and the batch size that the training started"
              + " with");
    }
  }

  /** Frees plans and data on the device; the session and its parameters stay. */
  @Override
  public void close() {
    evaluator.ifPresent(Evaluator::close);
    trainer.close();
    resident.close();
  }
}
