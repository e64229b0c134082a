package dev.jacquard.cli.serve;

import dev.jacquard.cli.option.UsageException;
import dev.jacquard.error.JacquardException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The network that predicts: the one that was asked for, else that of the newest finished run that
 * can be read, as soon as there is one.
 */
public final class CurrentModel implements AutoCloseable {
  private final Runs runs;
  private final Function<Path, Supplier<ServedModel>> reader;
  private final Set<Path> tried = new HashSet<>();
  private Optional<ServedModel> loaded = Optional.empty();

  /**
   * A model of the runs in a folder; none yet if none is finished. A run that cannot be read is
   * said to be so and passed over.
   *
   * @param reader reads a run; what it returns opens the model on a device
   * @throws JacquardException if the device cannot be opened, which would fail for any run
   */
  public static CurrentModel newestOf(Path folder, Function<Path, Supplier<ServedModel>> reader) {
    CurrentModel model = new CurrentModel(new Runs(new RunShelf(folder)), reader);
    model.find();
    return model;
  }

  /** This one. */
  public static CurrentModel of(ServedModel classifier) {
    CurrentModel model =
        new CurrentModel(new Runs(new RunShelf(Path.of(""))), path -> () -> classifier);
    model.loaded = Optional.of(classifier);
    return model;
  }

  private CurrentModel(Runs runs, Function<Path, Supplier<ServedModel>> reader) {
    this.runs = runs;
    this.reader = reader;
  }

  /** What predicts now. */
  public synchronized Optional<ServedModel> get() {
    try {
      find();
    } catch (JacquardException e) {
      // Said once; a newer run is tried again.
      warn(e);
    }
    return loaded;
  }

  private void find() {
    if (loaded.isPresent()) {
      return;
    }
    for (Path run : runs.finished()) {
      Optional<Supplier<ServedModel>> model = tried.add(run) ? read(run) : Optional.empty();
      if (model.isPresent()) {
        loaded = Optional.of(model.get().get());
        return;
      }
    }
  }

  private Optional<Supplier<ServedModel>> read(Path run) {
    try {
      return Optional.of(reader.apply(run));
    } catch (UsageException e) {
      throw e;
    } catch (JacquardException e) {
      warn(e);
      return Optional.empty();
    }
  }

  private static void warn(JacquardException e) {
    System.getLogger(CurrentModel.class.getName()).log(Level.WARNING, e.getMessage());
  }

  @Override
  public synchronized void close() {
    loaded.ifPresent(classifier -> classifier.model().close());
  }
}
