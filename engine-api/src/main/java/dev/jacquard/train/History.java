package dev.jacquard.train;

import dev.jacquard.checkpoint.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Collects the epochs' results, those before a resume included, and may keep them in a CSV file.
 * The file is always whole and always what was trained: a resume leaves out what came after its
 * checkpoint.
 */
public final class History implements TrainingListener {
  private final Optional<Path> file;
  private final List<EpochResult> results = new ArrayList<>();

  /** A history in memory. */
  public History() {
    file = Optional.empty();
  }

  /** A history that is also in {@code file}, with the header {@link EpochResult#CSV_HEADER}. */
  public History(Path file) {
    this.file = Optional.of(file);
  }

  /** The results so far. */
  public List<EpochResult> results() {
    return List.copyOf(results);
  }

  @Override
  public void onStart(TrainingInfo info, TrainingControl control) {
    results.clear();
    results.addAll(info.from().history());
    write();
  }

  @Override
  public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
    results.add(result);
    write();
  }

  private void write() {
    StringBuilder text = new StringBuilder(EpochResult.CSV_HEADER).append('\n');
    results.forEach(result -> text.append(result.csv()).append('\n'));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    file.ifPresent(path -> AtomicFile.write(path, out -> out.write(bytes)));
  }
}
