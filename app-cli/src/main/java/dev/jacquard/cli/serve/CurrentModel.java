package dev.jacquard.cli.serve;

import dev.jacquard.error.JacquardException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * The network that predicts: the one that was asked for, else that of the newest finished run, as
 * soon as there is one.
 */
public final class CurrentModel implements AutoCloseable {
  private final Runs runs;
  private final Function<Path, ServedModel> loader;
  private Optional<ServedModel> loaded = Optional.empty();
  private Optional<Path> refused = Optional.empty();

  /**
   * A model of the runs in a folder; none yet if none is finished.
   *
   * @param loader opens the model of a run
   * @throws JacquardException if the newest finished run's cannot be opened
   */
  public static CurrentModel newestOf(Path folder, Function<Path, ServedModel> loader) {
    CurrentModel model = new CurrentModel(new Runs(new RunShelf(folder)), loader);
    model.loaded = model.runs.newestFinished().map(loader);
    return model;
  }

  /** This one. */
  public static CurrentModel of(ServedModel classifier) {
    CurrentModel model = new CurrentModel(new Runs(new RunShelf(Path.of(""))), path -> classifier);
    model.loaded = Optional.of(classifier);
    return model;
  }

  private CurrentModel(Runs runs, Function<Path, ServedModel> loader) {
    this.runs = runs;
    this.loader = loader;
  }

  /** What predicts now. */
  public synchronized Optional<ServedModel> get() {
    if (loaded.isEmpty()) {
      runs.newestFinished().filter(run -> !refused.equals(Optional.of(run))).ifPresent(this::load);
    }
    return loaded;
  }

  private void load(Path run) {
    try {
      loaded = Optional.of(loader.apply(run));
    } catch (JacquardException e) {
      // Said once; a newer run may be whole.
      refused = Optional.of(run);
      System.getLogger(CurrentModel.class.getName()).log(Level.WARNING, e.getMessage());
    }
  }

  @Override
  public synchronized void close() {
    loaded.ifPresent(classifier -> classifier.model().close());
  }
}
