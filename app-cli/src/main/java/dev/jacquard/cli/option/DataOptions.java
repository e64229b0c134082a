package dev.jacquard.cli.option;

import dev.jacquard.cli.console.Console;
import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the data set is. */
public final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The folder with the four IDX files (default: $FASHION_MNIST_DIR, the cache, the system's"
              + " data folder).")
  Path folder;

  @Option(names = "--offline", description = "Never fetch the data set.")
  boolean offline;

  /** The folder, if one was given. */
  public Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }

  /** Whether fetching is forbidden. */
  public boolean offline() {
    return offline;
  }

  /**
   * Finds the data set, and fetches it where it is nowhere to be found and that is allowed.
   *
   * @param quiet suppresses the note that it is fetched
   */
  public Path find(Console console, boolean quiet) {
    return find(console, quiet, folder(), offline);
  }

  /** The same for a folder and a permission that come from elsewhere. */
  public static Path find(Console console, boolean quiet, Optional<Path> folder, boolean offline) {
    return FashionMnist.findOrFetch(
        folder, System.getenv(), offline, line -> console.note(quiet, line));
  }

  /** Reads one split of what {@link #find(Console, boolean)} finds. */
  public DataSet load(Console console, boolean quiet, Split split) {
    return FashionMnist.load(find(console, quiet), split);
  }
}
