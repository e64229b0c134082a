package dev.jacquard.train;

import dev.jacquard.backend.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps a file with the last {@link Checkpoint}: of each epoch's end, and of where training stopped
 * cleanly. Each is written whole before it takes the place of the last, and none is written of a
 * state that holds NaN or an infinity.
 */
public final class Checkpointing implements TrainingListener {
  private final Path file;
  private final String network;
  private TrainingInfo info;
  private Map<String, String> recipe;
  private TrainingControl control;
  private Optional<String> kept = Optional.empty();

  /**
   * Writes to {@code file}.
   *
   * @param network kept with it: the network as JSON
   */
  public Checkpointing(Path file, String network) {
    this.file = file;
    this.network = network;
  }

  @Override
  public void onStart(TrainingInfo about, TrainingControl by) {
    info = about;
    recipe = about.recipe().identity(about.training());
    control = by;
    if (about.from().step() > 0 && Files.exists(file)) {
      keep();
    }
  }

  /**
   * Writes the checkpoint.
   *
   * @throws NonFiniteException if a tensor is not finite; the file stays as it was
   * @throws dev.jacquard.error.JacquardException if it cannot be written; the file stays as it was
   */
  @Override
  public void onCheckpoint(Progress progress, Session session) {
    Checkpoint checkpoint =
        Checkpoint.of(session, progress, recipe, info.plan().fingerprint(), network);
    String nonFinite = Checkpoint.firstNonFinite(checkpoint.tensors());
    if (!nonFinite.isEmpty()) {
      throw NonFiniteException.of(nonFinite + " after step " + progress.step(), kept);
    }
    checkpoint.write(file);
    keep();
  }

  private void keep() {
    kept = Optional.of(file.toString());
    control.checkpointed(file.toString());
  }
}
