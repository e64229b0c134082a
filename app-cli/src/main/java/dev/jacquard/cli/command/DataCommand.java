package dev.jacquard.cli.command;

import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.option.CommonOptions;
import dev.jacquard.cli.option.DataOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says where the data set is, after fetching it where it is nowhere to be found. */
@Command(name = "data", sortOptions = false)
public final class DataCommand implements Runnable {
  private final Console console;

  @Mixin DataOptions data;
  @Mixin CommonOptions common;

  /** A command that writes to {@code console}. */
  public DataCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    console.print("Fashion-MNIST is in " + data.find(console, common.quiet()));
  }
}
