package dev.jacquard.cli.command;

import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.option.CommonOptions;
import dev.jacquard.cli.option.DataOptions;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Fetch;
import dev.jacquard.fmnist.Split;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Fetches the data set into the cache, or repairs it there, unless it is elsewhere already. */
@Command(
    name = "fetch",
    sortOptions = false,
    description = "Fetches the data set, unless it is there, and checks it.")
public final class DataFetchCommand implements Runnable {
  private final Console console;

  @Mixin DataOptions data;
  @Mixin CommonOptions common;

  /** A command that writes to {@code console}. */
  public DataFetchCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Map<String, String> environment = System.getenv();
    Path cache = FashionMnist.cache(environment);
    Path folder = FashionMnist.find(data.folder(), environment).orElse(cache);
    if (folder.equals(cache)) {
      folder =
          Fetch.standard().into(cache, data.offline(), line -> console.note(common.quiet(), line));
    }
    int training = FashionMnist.load(folder, Split.TRAIN).size();
    int test = FashionMnist.load(folder, Split.TEST).size();
    console.print(
        "Fashion-MNIST is in "
            + folder
            + ": "
            + Numbers.grouped(training)
            + " training and "
            + Numbers.grouped(test)
            + " test images");
  }
}
