package dev.jacquard.benchmarks.peer;

import dev.jacquard.benchmarks.measure.Measurement;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Task;
import dev.jacquard.benchmarks.measure.Unavailable;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.FashionMnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Runs Jacquard and its peers in turn and prints what comes out. */
@Command(
    name = "compare",
    description =
        "Trains and runs the reference network in Jacquard and in other engines, in turn, and"
            + " prints the ratios of their times.")
final class Compare implements Callable<Integer> {
  private static final int TRAINING_IMAGES = 60_000;

  @Option(names = "--engines", split = ",", paramLabel = "LIST")
  private List<String> names = Engines.NAMES;

  @Option(names = "--base", defaultValue = Engines.JACQUARD, paramLabel = "NAME")
  private String base;

  @Option(names = "--rounds", defaultValue = "5", paramLabel = "N")
  private int rounds;

  @Option(names = "--batch", defaultValue = "64", paramLabel = "N")
  private int batch;

  @Option(names = "--inference-batch", defaultValue = "64", paramLabel = "N")
  private int inferenceBatch;

  @Option(names = "--threads", defaultValue = "2", paramLabel = "N")
  private int threads;

  @Option(names = "--whole-epochs")
  private boolean wholeEpochs;

  @Option(names = "--seconds", defaultValue = "5", paramLabel = "N")
  private double seconds;

  @Option(names = "--data", paramLabel = "DIR")
  private Optional<Path> data;

  @Option(names = "--opencl", defaultValue = "opencl", paramLabel = "ID")
  private String openClDevice;

  @Option(names = "--python", defaultValue = "python3", paramLabel = "PROGRAM")
  private String interpreter;

  @Option(names = "--json", paramLabel = "FILE")
  private Optional<Path> json;

  @Option(names = "--djl", hidden = true)
  private Optional<Path> djl;

  @Option(names = "--dl4j", hidden = true)
  private Optional<Path> dl4j;

  @Option(names = "--scripts", required = true, hidden = true)
  private Path scripts;

  private final Map<String, Unavailable> skipped = new LinkedHashMap<>();
  private boolean failed;

  /** For picocli. */
  Compare() {}

  /** The command. */
  public static void main(String[] arguments) {
    CommandLine command = new CommandLine(new Compare());
    command.setExecutionExceptionHandler(
        (failure, line, result) -> {
          if (!(failure instanceof JacquardException)) {
            throw failure;
          }
          System.err.println("compare: " + failure.getMessage());
          return 1;
        });
    System.exit(command.execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    checkOptions();
    Path folder =
        FashionMnist.findOrFetch(data, System.getenv(), false, line -> System.err.println(line));
    int steps = wholeEpochs ? TRAINING_IMAGES / batch : 1;
    Settings settings = new Settings(batch, inferenceBatch, threads, steps, seconds, folder);
    Comparison comparison = compare(settings, measure(settings));
    System.out.print(ComparisonTable.of(comparison));
    json.ifPresent(file -> write(file, comparison));
    return failed ? 1 : 0;
  }

  private void checkOptions() {
    requireAtLeastOne("--rounds", rounds);
    requireAtLeastOne("--batch", batch);
    requireAtLeastOne("--inference-batch", inferenceBatch);
    requireAtLeastOne("--threads", threads);
    if (batch > TRAINING_IMAGES) {
      throw new JacquardException(
          "--batch: expected at most " + TRAINING_IMAGES + ", received " + batch);
    }
    if (!(seconds > 0)) {
      throw new JacquardException("--seconds: expected more than 0, received " + seconds);
    }
    if (!names.contains(base)) {
      throw new JacquardException(
          "--base: expected one of --engines, " + String.join(",", names) + ", received " + base);
    }
  }

  private static void requireAtLeastOne(String option, int value) {
    if (value < 1) {
      throw new JacquardException(option + ": expected at least 1, received " + value);
    }
  }

  private Comparison compare(Settings settings, List<Measurement> measurements) {
    if (skipped.containsKey(base)) {
      throw new JacquardException(
          base + ", to which the others are compared, was skipped; choose another with --base");
    }
    List<String> others =
        names.stream().filter(name -> !name.equals(base) && !skipped.containsKey(name)).toList();
    if (others.isEmpty()) {
      throw new JacquardException("there is no engine to compare " + base + " with");
    }
    return new Comparison(
        Machine.here(),
        settings,
        rounds,
        List.of(
            Comparison.of(Task.TRAIN, measurements, base, others),
            Comparison.of(Task.INFER, measurements, base, others)),
        skipped);
  }

  /** Engine by engine within a round, so that a change of the machine's mood meets all of them. */
  private List<Measurement> measure(Settings settings) throws IOException, InterruptedException {
    Engines engines = new Engines(djl, dl4j, scripts, interpreter, openClDevice);
    List<PeerProcess> processes = new ArrayList<>();
    for (String name : names) {
      engines
          .start(name, settings)
          .ifPresentOrElse(
              processes::add, () -> skip(name, new Unavailable("its project was not built")));
    }
    List<Measurement> all = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      for (PeerProcess engine : processes) {
        if (!skipped.containsKey(engine.name())) {
          all.addAll(run(engine, round));
        }
      }
    }
    return all;
  }

  private List<Measurement> run(PeerProcess engine, int round)
      throws IOException, InterruptedException {
    PeerProcess.Outcome outcome;
    try {
      outcome = engine.run();
    } catch (JacquardException e) {
      // What the others have taken minutes for is not lost.
      failed = true;
      System.err.println("compare: " + e.getMessage());
      List<String> said = e.getMessage().lines().toList();
      skip(engine.name(), new Unavailable("it failed: " + said.get(said.size() - 1)));
      return List.of();
    }
    outcome.unavailable().ifPresent(reason -> skip(engine.name(), reason));
    for (Measurement measurement : outcome.measurements()) {
      System.err.printf(
          Locale.ROOT,
          "round %d of %d: %s %s %.3f ms (%d runs)%s%n",
          round,
          rounds,
          measurement.engine(),
          measurement.task().name().toLowerCase(Locale.ROOT),
          measurement.milliseconds().median(),
          measurement.runs(),
          measurement.steady() ? "" : ", not steady");
    }
    return outcome.measurements();
  }

  private void skip(String name, Unavailable reason) {
    System.err.println("skipped " + name + ": " + reason.reason());
    skipped.put(name, reason);
  }

  static void write(Path file, Comparison comparison) {
    JsonMapper.builder()
        .build()
        .writerWithDefaultPrettyPrinter()
        .writeValue(file.toFile(), comparison);
  }
}
