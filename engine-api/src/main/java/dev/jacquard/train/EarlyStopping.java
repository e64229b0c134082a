package dev.jacquard.train;

import dev.jacquard.backend.Session;
import dev.jacquard.checkpoint.SafeTensors;
import dev.jacquard.checkpoint.TensorFile;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Stops when a figure has not improved for some epochs, as Keras's callback of this name does. A
 * resumed training stops where an unbroken one would have: what matters is read back from the
 * history.
 */
public final class EarlyStopping implements TrainingListener {
  private final Monitor monitor;
  private final int patience;
  private final double minDelta;
  private final Optional<Path> bestFile;

  private TrainingInfo info;
  private TrainingControl control;
  private double best;
  private int bestEpoch;
  private int waited;

  /** What is watched. */
  public enum Monitor {
    /** The mean training loss. */
    LOSS,
    /** The training accuracy. */
    ACCURACY,
    /** The mean validation loss. */
    VAL_LOSS,
    /** The validation accuracy. */
    VAL_ACCURACY;

    /** The name in history files: {@code val_loss}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    private boolean ofValidation() {
      return this == VAL_LOSS || this == VAL_ACCURACY;
    }

    /** The figure with the sign that makes larger ones better. */
    private double merit(EpochResult result) {
      return switch (this) {
        case LOSS -> -result.loss();
        case ACCURACY -> result.accuracy();
        case VAL_LOSS -> -result.valLoss().orElseThrow();
        case VAL_ACCURACY -> result.valAccuracy().orElseThrow();
      };
    }
  }

  private EarlyStopping(Monitor monitor, int patience, double minDelta, Optional<Path> bestFile) {
    this.monitor = monitor;
    this.patience = patience;
    this.minDelta = minDelta;
    this.bestFile = bestFile;
  }

  /**
   * Stops at the end of an epoch after which there were {@code patience} epochs in a row without
   * improvement; with 0, at the first.
   *
   * @param minDelta what an improvement must exceed
   * @throws JacquardException if a number is negative
   */
  public EarlyStopping(Monitor monitor, int patience, double minDelta) {
    this(monitor, patience, minDelta, Optional.empty());
    if (patience < 0 || !(minDelta >= 0)) {
      throw new JacquardException(
          "early stopping: expected a patience and a least improvement of at least 0, received "
              + patience
              + " and "
              + minDelta);
    }
  }

  /**
   * This, and at the end of training, unless it was interrupted, the parameters of the best epoch
   * are put back.
   *
   * @param file keeps them meanwhile, also over a resume
   */
  public EarlyStopping restoringBest(Path file) {
    return new EarlyStopping(monitor, patience, minDelta, Optional.of(file));
  }

  /** The best epoch so far, from 1; 0 before the first. */
  public int bestEpoch() {
    return bestEpoch;
  }

  @Override
  public void onStart(TrainingInfo about, TrainingControl by) {
    if (monitor.ofValidation() && about.validationSamples() == 0) {
      throw new JacquardException(
          "early stopping watches "
              + monitor.label()
              + ", but there is no validation set; give one or watch loss");
    }
    about.from().history().forEach(this::requireFigure);
    info = about;
    control = by;
    best = Double.NEGATIVE_INFINITY;
    bestEpoch = 0;
    waited = 0;
    about.from().history().forEach(row -> count(row, isBetter(row)));
    if (bestEpoch > 0) {
      // What could not be put back in the end is better known before all epochs have run.
      bestFile.filter(file -> !isAhead(file, about)).ifPresent(file -> kept(file, about.session()));
    }
    stopIfDue();
  }

  @Override
  public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
    boolean better = isBetter(result);
    if (better && bestFile.isPresent()) {
      Map<String, Tensor> parameters = parameters();
      // A training loss is of before the last update, which may have left the finite numbers.
      better = Checkpoint.firstNonFinite(parameters).isEmpty();
      if (better) {
        String epoch = Integer.toString(result.epoch());
        SafeTensors.write(bestFile.get(), new TensorFile(parameters, Map.of("epoch", epoch)));
      }
    }
    count(result, better);
    stopIfDue();
  }

  /** Whether it is of an epoch that was done but for its checkpoint, and now comes once more. */
  private static boolean isAhead(Path file, TrainingInfo about) {
    String epoch = SafeTensors.readMetadata(file).getOrDefault("epoch", "none");
    return epoch.matches("[0-9]{1,9}") && Integer.parseInt(epoch) > about.from().history().size();
  }

  private void requireFigure(EpochResult row) {
    if (monitor.ofValidation() && (row.valLoss().isEmpty() || row.valAccuracy().isEmpty())) {
      throw new JacquardException(
          "early stopping watches "
              + monitor.label()
              + ", but epoch "
              + row.epoch()
              + " of the training that is to go on had no validation set; watch loss");
    }
  }

  private boolean isBetter(EpochResult result) {
    return monitor.merit(result) - minDelta > best;
  }

  private void count(EpochResult result, boolean better) {
    if (better) {
      best = monitor.merit(result);
      bestEpoch = result.epoch();
      waited = 0;
    } else {
      waited++;
    }
  }

  private void stopIfDue() {
    if (waited > 0 && waited >= patience) {
      control.stop(
          monitor.label()
              + " has not improved since epoch "
              + bestEpoch
              + ", "
              + waited
              + (waited == 1 ? " epoch ago" : " epochs ago"));
    }
  }

  private Map<String, Tensor> parameters() {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    Session session = info.session();
    for (String name : session.tensors()) {
      if (!Optimizer.isState(name)) {
        parameters.put(name, session.read(name));
      }
    }
    return parameters;
  }

  @Override
  public void onEnd(TrainingResult result, Session session) {
    if (result.ending() != TrainingResult.Ending.INTERRUPTED && bestEpoch > 0) {
      bestFile.ifPresent(file -> session.write(kept(file, session).tensors()));
    }
  }

  /** The best epoch's parameters. */
  private TensorFile kept(Path file, Session session) {
    TensorFile kept = SafeTensors.read(file);
    String epoch = kept.metadata().getOrDefault("epoch", "none");
    if (!epoch.equals(Integer.toString(bestEpoch))) {
      throw new JacquardException(
          file
              + ": expected the parameters of epoch "
              + bestEpoch
              + ", received those of epoch "
              + epoch
              + "; resume with the file that the training wrote");
    }
    Map<String, Shape> expected = new LinkedHashMap<>();
    for (String name : session.tensors()) {
      if (!Optimizer.isState(name)) {
        expected.put(name, session.read(name).shape());
      }
    }
    kept.requireExactly(file.toString(), expected);
    return kept;
  }
}
