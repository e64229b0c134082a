package dev.jacquard.cli.serve;

import dev.jacquard.backend.DeviceException;
import dev.jacquard.cli.console.Printable;
import dev.jacquard.cli.option.UsageException;
import dev.jacquard.error.JacquardException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The network that predicts: the one that was asked for, else that of the newest finished run that
 * can be read, as soon as there is one.
 */
public final class CurrentModel implements AutoCloseable {
  private final Supplier<List<Path>> finished;
  private final Function<Path, Candidate> reader;
  private final Set<Path> tried = new HashSet<>();
  private Optional<ServedModel> loaded = Optional.empty();

  /** A run that was read. */
  public interface Candidate {
    /**
     * Makes sure of the device.
     *
     * @throws JacquardException if it cannot be opened, which would fail for any run
     */
    void requireDevice();

    /**
     * Opens the model on the device.
     *
     * @throws JacquardException if its parameters do not fit, or the device cannot take it
     */
    ServedModel open();
  }

  /**
   * A model of the runs in a folder; none yet if none is finished. A run that cannot be read or
   * opened is said to be so and passed over.
   *
   * @param reader reads a run
   * @throws JacquardException if the device fails, or takes none of the runs
   */
  public static CurrentModel newestOf(Path folder, Function<Path, Candidate> reader) {
    CurrentModel model = new CurrentModel(new Runs(new RunShelf(folder))::finished, reader);
    model.find();
    return model;
  }

  /**
   * This one.
   *
   * @throws JacquardException if it cannot be opened
   */
  public static CurrentModel of(Candidate candidate) {
    CurrentModel model = new CurrentModel(List::of, run -> candidate);
    candidate.requireDevice();
    model.loaded = Optional.of(candidate.open());
    return model;
  }

  private CurrentModel(Supplier<List<Path>> finished, Function<Path, Candidate> reader) {
    this.finished = finished;
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
    Deque<JacquardException> unopened = new ArrayDeque<>();
    for (Path run : finished.get()) {
      Optional<Candidate> read = tried.add(run) ? read(run) : Optional.empty();
      if (read.isPresent()) {
        read.get().requireDevice();
        open(read.get(), unopened);
      }
      if (loaded.isPresent()) {
        break;
      }
    }
    // Where none can be opened, the options may be the reason.
    Optional<JacquardException> last =
        loaded.isPresent() ? Optional.empty() : Optional.ofNullable(unopened.pollLast());
    unopened.forEach(CurrentModel::warn);
    if (last.isPresent()) {
      throw last.get();
    }
  }

  private void open(Candidate candidate, Deque<JacquardException> unopened) {
    try {
      loaded = Optional.of(candidate.open());
    } catch (DeviceException e) {
      throw e;
    } catch (JacquardException e) {
      unopened.add(e);
    }
  }

  private Optional<Candidate> read(Path run) {
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
    System.getLogger(CurrentModel.class.getName())
        .log(Level.WARNING, Printable.text(e.getMessage()));
  }

  @Override
  public synchronized void close() {
    loaded.ifPresent(classifier -> classifier.model().close());
  }
}
