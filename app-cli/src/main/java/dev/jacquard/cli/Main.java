package dev.jacquard.cli;

import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Interruption;
import dev.jacquard.cli.console.StandardOutput;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** The command {@code jacquard}. */
public final class Main {
  private Main() {}

  /** Runs the command line and ends the JVM with its exit status. */
  public static void main(String[] args) {
    // Backends log through System.Logger; one plain line each is all that a user should see.
    System.setProperty("java.util.logging.SimpleFormatter.format", "jacquard: %5$s%n");
    StandardOutput output = StandardOutput.ofProcess();
    System.exit(
        Interruption.untilTold(
            () -> output.finish(run(args, output.stream(), System.err), System.err)));
  }

  /**
   * Runs a command line within this JVM.
   *
   * @param args as after {@code jacquard}
   * @param out receives results
   * @param err receives progress, notes and failures
   * @return the exit status: 0 done, 1 it failed, 2 wrong usage, 130 interrupted
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    Failures failures = new Failures(err, List.of(args).contains("--debug"));
    Optional<CommandLine> parsed = Optional.empty();
    try {
      String[] words = Commands.withHelpLast(args);
      CommandLine line = Commands.commandLine(new Console(out, err), words);
      parsed = Optional.of(line);
      line.setOut(writer(out));
      line.setErr(writer(err));
      line.setParameterExceptionHandler(failures);
      line.setExecutionExceptionHandler(failures);
      return line.execute(words);
    } catch (RuntimeException | Error e) {
      return failures.reportUncaught(e, parsed.map(CommandLine::getParseResult));
    }
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
