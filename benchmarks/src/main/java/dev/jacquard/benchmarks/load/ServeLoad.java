package dev.jacquard.benchmarks.load;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts a running {@code serve} under load and prints how long requests took. */
@Command(
    name = "serve-load",
    description = "Asks a running serve for predictions, from many clients at once.")
final class ServeLoad implements Callable<Integer> {
  @Option(names = "--port", required = true, paramLabel = "P", description = "Of 127.0.0.1.")
  private int port;

  @Option(names = "--clients", defaultValue = "50", paramLabel = "N", description = "At once.")
  private int clients;

  @Option(names = "--seconds", defaultValue = "30", paramLabel = "N", description = "Measured.")
  private double seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "15",
      paramLabel = "N",
      description = "Seconds of the same load before, not counted.")
  private double warmUp;

  @Spec private CommandSpec spec;

  private final PrintStream out;

  private ServeLoad(PrintStream out) {
    this.out = out;
  }

  /** The command. */
  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out));
  }

  /** The command, within this JVM; 0 if all requests were answered as they should be. */
  static int run(String[] arguments, PrintStream out) {
    return new CommandLine(new ServeLoad(out)).execute(arguments);
  }

  @Override
  public Integer call() throws InterruptedException {
    Load warm = load(warmUp);
    Load measured = load(seconds);
    Load.Outcome outcome;
    try {
      warm.run();
      outcome = measured.run();
    } catch (IOException e) {
      System.err.println(
          "serve-load: no prediction from port " + port + " of 127.0.0.1: " + e.getMessage());
      return 1;
    }
    print(outcome);
    return outcome.failures().isEmpty() ? 0 : 1;
  }

  private void print(Load.Outcome outcome) {
    Latencies latencies = outcome.latencies();
    out.printf(
        Locale.ROOT,
        "%d clients, %.1f s: %,d requests, %.0f a second, %d failed%n",
        clients,
        outcome.seconds(),
        latencies.count(),
        latencies.count() / outcome.seconds(),
        outcome.failures().size());
    out.printf(
        Locale.ROOT,
        "milliseconds: median %.1f, 90 %% %.1f, 99 %% %.1f, 99.9 %% %.1f, slowest %.1f%n",
        latencies.milliseconds(0.5),
        latencies.milliseconds(0.9),
        latencies.milliseconds(0.99),
        latencies.milliseconds(0.999),
        latencies.milliseconds(1));
    outcome.failures().stream().distinct().limit(10).forEach(out::println);
  }

  private Load load(double length) {
    try {
      return new Load(port, clients, length);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
