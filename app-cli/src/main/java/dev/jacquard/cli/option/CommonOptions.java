package dev.jacquard.cli.option;

import picocli.CommandLine.Option;

/** What every command takes. */
public final class CommonOptions {
  @Option(names = "--quiet", description = "Print neither progress nor notes.")
  boolean quiet;

  /** Read from the arguments themselves, because failures to parse them have a stack too. */
  @Option(names = "--debug", description = "Print the stack of a failure.")
  boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /** Whether progress and notes are unwanted. */
  public boolean quiet() {
    return quiet;
  }
}
