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
      description = {
        "The folder with the four IDX files",
        "(default: $FASHION_MNIST_DIR, the cache, the system's data folder)."
      })
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

  /** Finds the data set, and fetches it where it is nowhere to be found and that is allowed. */
  public Path find(Console console) {
    return find(console, folder(), offline);
  }

  /** The same for a folder and a permission that come from elsewhere. */
  public static Path find(Console console, Optional<Path> folder, boolean offline) {
    return FashionMnist.findOrFetch(
        folder, System.getenv(), offline, line -> console.err().println(line));
  }

  /** Reads one split of what {@link #find(Console)} finds. */
  public DataSet load(Console console, Split split) {
    return FashionMnist.load(find(console), split);
  }
}
