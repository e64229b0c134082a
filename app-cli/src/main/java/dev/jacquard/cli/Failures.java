package dev.jacquard.cli;

import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.console.Printable;
import dev.jacquard.cli.option.Plugins;
import dev.jacquard.cli.option.UsageException;
import dev.jacquard.error.JacquardException;
import dev.jacquard.error.Thrown;
import java.io.PrintStream;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells failures in a line or a few, with the stack only for those who ask for it. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final PrintStream err;
  private final boolean debug;

  Failures(PrintStream err, boolean debug) {
    this.err = err;
    this.debug = debug;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    if (e instanceof UnmatchedArgumentException failure) {
      Unmatched unmatched = new Unmatched(failure);
      tell(unmatched.message());
      unmatched
          .meant()
          .ifPresent(meant -> err.println("Did you mean: " + Printable.text(meant) + "?"));
    } else {
      // Some of picocli's messages begin with "Error: ", which the name before them says already.
      tell(e.getMessage().replaceFirst("^Error: ", ""));
    }
    err.println(hint(e.getCommandLine().getCommandSpec().qualifiedName()));
    trace(e);
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
    return report(e, Optional.of(line.getCommandSpec()));
  }

  /**
   * Tells a failure that no command caught; returns the exit status.
   *
   * @param parsed the command line, if it is known by then
   */
  int reportUncaught(Throwable failure, Optional<ParseResult> parsed) {
    Optional<ParseResult> at = parsed;
    while (at.isPresent() && at.get().hasSubcommand()) {
      at = at.map(ParseResult::subcommand);
    }
    return report(failure, at.map(ParseResult::commandSpec));
  }

  private int report(Throwable failure, Optional<CommandSpec> command) {
    boolean usage = failure instanceof UsageException;
    tell(line(failure, command));
    if (usage) {
      err.println(hint(command.map(CommandSpec::qualifiedName).orElse(Invocation.command())));
    }
    trace(failure);
    return usage ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  /** The one place where a failure's message is printed; what it repeats may be anybody's. */
  private void tell(String message) {
    err.println("jacquard: " + Printable.text(message));
  }

  private static String line(Throwable failure, Optional<CommandSpec> command) {
    if (failure instanceof JacquardException) {
      return failure.getMessage();
    }
    if (failure instanceof OutOfMemoryError) {
      boolean hasBatchSize =
          command.filter(spec -> spec.findOption("--batch-size") != null).isPresent();
      return "out of memory ("
          + failure.getMessage()
          + "); "
          + (hasBatchSize ? "use a smaller --batch-size, or " : "")
          + "raise the heap with JACQUARD_JAVA_OPTS=-Xmx8g";
    }
    if (failure instanceof LinkageError) {
      return "a class does not fit the others: "
          + failure.toString().lines().findFirst().orElse("")
          + "; if it is of a jar in the folder of --plugins, compile that again with this version's"
          + " jars or remove it, else please report";
    }
    Optional<StackTraceElement> plugin = plugin(failure);
    if (plugin.isPresent()) {
      return "a plug-in failed: "
          + failure.toString().lines().findFirst().orElse("")
          + " at "
          + plugin.get()
          + "; it must be repaired, or taken out of the folder of --plugins";
    }
    return "internal error: " + failure + " (run with --debug for the stack; please report)";
  }

  /** Where in a plug-in a failure is from, or one that caused it, if not from the engine. */
  private static Optional<StackTraceElement> plugin(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .map(Thrown::at)
        .flatMap(Optional::stream)
        .filter(frame -> Plugins.LOADER.equals(frame.getClassLoaderName()))
        .findFirst();
  }

  private static String hint(String command) {
    return "Run '" + command + " --help' for its usage.";
  }

  private void trace(Throwable failure) {
    if (debug) {
      failure.printStackTrace(err);
    }
  }
}
