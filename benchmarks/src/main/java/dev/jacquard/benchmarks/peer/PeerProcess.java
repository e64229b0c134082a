package dev.jacquard.benchmarks.peer;

import dev.jacquard.benchmarks.measure.Measurement;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.error.JacquardException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An engine as a process: the same JDK, heap and collector for all.
 *
 * @param name the engine's name in the table, without spaces
 * @param classPath of its JVM
 * @param mainClass takes the name and the {@link Settings}
 * @param options further options of its JVM
 * @param environment further variables
 */
record PeerProcess(
    String name,
    String classPath,
    String mainClass,
    List<String> options,
    Map<String, String> environment) {

  /** Copies the collections. */
  PeerProcess {
    options = List.copyOf(options);
    environment = Map.copyOf(environment);
  }

  /**
   * Runs the engine once.
   *
   * @return what it measured
   * @throws JacquardException if it fails, with the end of what it said
   */
  List<Measurement> run(Settings settings) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("jacquard-peer-", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command(settings));
      builder.environment().putAll(environment);
      Process process = builder.redirectError(errors.toFile()).start();
      List<Measurement> measurements = new ArrayList<>();
      try (BufferedReader lines = process.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          Measurement.parse(line).ifPresent(measurements::add);
        }
      }
      int status = process.waitFor();
      if (status != 0) {
        throw new JacquardException(
            name + " failed with status " + status + "; it said:\n" + lastLines(errors));
      }
      return measurements;
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private List<String> command(Settings settings) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx4g", "-XX:+UseParallelGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, mainClass, name));
    command.addAll(settings.toArguments());
    return command;
  }

  private static String lastLines(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }
}
