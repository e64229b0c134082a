package dev.jacquard.cli;

import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.console.Printable;
import dev.jacquard.cli.option.Plugins;
import dev.jacquard.cli.option.UsageException;
import dev.jacquard.error.JacquardException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Optional;
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
    CommandSpec command = line.getCommandSpec();
    return report(e, command.qualifiedName(), command.findOption("--batch-size") != null);
  }

  /** Tells a failure that came before a command was known; returns the exit status. */
  int report(Throwable failure) {
    return report(failure, Invocation.command(), false);
  }

  private int report(Throwable failure, String command, boolean hasBatchSize) {
    boolean usage = failure instanceof UsageException;
    tell(line(failure, hasBatchSize));
    if (usage) {
      err.println(hint(command));
    }
    trace(failure);
    return usage ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  /** The one place where a failure's message is printed; what it repeats may be anybody's. */
  private void tell(String message) {
    err.println("jacquard: " + Printable.text(message));
  }

  private static String line(Throwable failure, boolean hasBatchSize) {
    if (failure instanceof JacquardException) {
      return failure.getMessage();
    }
    if (failure instanceof OutOfMemoryError) {
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
          + failure
          + " at "
          + plugin.get()
          + "; it must be repaired, or taken out of the folder of --plugins";
    }
    return "internal error: " + failure + " (run with --debug for the stack; please report)";
  }

  /** Where in a plug-in a failure is from, if not from the engine. */
  private static Optional<StackTraceElement> plugin(Throwable failure) {
    return Arrays.stream(failure.getStackTrace())
        // What they call of Java's own is not what is wrong.
        .filter(frame -> frame.getClassLoaderName() != null)
        .findFirst()
        .filter(frame -> frame.getClassLoaderName().equals(Plugins.LOADER));
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
