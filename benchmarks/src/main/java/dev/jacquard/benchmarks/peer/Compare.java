package dev.jacquard.benchmarks.peer;

import dev.jacquard.benchmarks.measure.Measurement;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Task;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.FashionMnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Runs Jacquard and DJL on PyTorch in turn and prints what comes out. */
@Command(
    name = "compare",
    description =
        "Trains and runs the reference network in Jacquard and in DJL on PyTorch, in turn, and"
            + " prints the ratio of medians.")
final class Compare implements Callable<Integer> {
  /** Jacquard's name in reports. */
  static final String JACQUARD = "jacquard";

  /** DJL, making each batch's arrays within the step. */
  static final String DJL = "djl";

  /** DJL, all batches' arrays made beforehand. */
  static final String DJL_PREPARED = "djl-prepared";

  @Option(names = "--rounds", defaultValue = "5", paramLabel = "N")
  private int rounds;

  @Option(names = "--batch", defaultValue = "64", paramLabel = "N")
  private int batch;

  @Option(names = "--inference-batch", defaultValue = "64", paramLabel = "N")
  private int inferenceBatch;

  @Option(names = "--threads", defaultValue = "2", paramLabel = "N")
  private int threads;

  @Option(names = "--seconds", defaultValue = "5", paramLabel = "N")
  private double seconds;

  @Option(names = "--data", paramLabel = "DIR")
  private Optional<Path> data;

  @Option(names = "--json", paramLabel = "FILE")
  private Optional<Path> json;

  @Option(names = "--djl", required = true, hidden = true)
  private Path djl;

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
    requireAtLeastOne("--rounds", rounds);
    requireAtLeastOne("--batch", batch);
    requireAtLeastOne("--inference-batch", inferenceBatch);
    requireAtLeastOne("--threads", threads);
    Path folder =
        FashionMnist.findOrFetch(data, System.getenv(), false, line -> System.err.println(line));
    Settings settings = new Settings(batch, inferenceBatch, threads, seconds, folder);
    List<Measurement> measurements = measure(settings);
    List<String> peers = List.of(DJL, DJL_PREPARED);
    Comparison comparison =
        new Comparison(
            Machine.here(),
            settings,
            rounds,
            List.of(
                Comparison.of(Task.TRAIN, measurements, JACQUARD, peers),
                Comparison.of(Task.INFER, measurements, JACQUARD, peers)));
    System.out.print(ComparisonTable.of(comparison));
    json.ifPresent(file -> write(file, comparison));
    return 0;
  }

  private static void requireAtLeastOne(String option, int value) {
    if (value < 1) {
      throw new JacquardException(option + ": expected at least 1, received " + value);
    }
  }

  /** Engine by engine within a round, so that a change of the machine's mood meets all of them. */
  private List<Measurement> measure(Settings settings) throws IOException, InterruptedException {
    List<Measurement> all = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      for (PeerProcess engine : engines(settings)) {
        for (Measurement measurement : engine.run(settings)) {
          System.err.printf(
              Locale.ROOT,
              "round %d of %d: %s %s %.2f ms (%d runs)%s%n",
              round,
              rounds,
              measurement.engine(),
              measurement.task().name().toLowerCase(Locale.ROOT),
              measurement.milliseconds().median(),
              measurement.runs(),
              measurement.steady() ? "" : ", not steady");
          all.add(measurement);
        }
      }
    }
    return all;
  }

  private List<PeerProcess> engines(Settings settings) {
    PeerProcess jacquard =
        new PeerProcess(
            JACQUARD,
            System.getProperty("java.class.path"),
            JacquardContender.class.getName(),
            List.of("--add-modules", "jdk.incubator.vector"),
            Map.of());
    return List.of(jacquard, djl(DJL, settings), djl(DJL_PREPARED, settings));
  }

  private PeerProcess djl(String name, Settings settings) {
    String classPath = djl.resolve("classes") + ":" + djl.resolve("lib").resolve("*");
    return new PeerProcess(
        name,
        classPath,
        "dev.jacquard.benchmarks.djl.DjlContender",
        List.of(
            "-Dai.djl.pytorch.num_threads=" + settings.threads(),
            // The native library comes from Maven's jar, never from the net.
            "-Dai.djl.offline=true",
            "-DDJL_CACHE_DIR=" + djl.resolve("cache"),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
        Map.of("OPT_OUT_TRACKING", "true"));
  }

  static void write(Path file, Comparison comparison) {
    JsonMapper.builder()
        .build()
        .writerWithDefaultPrettyPrinter()
        .writeValue(file.toFile(), comparison);
  }
}
