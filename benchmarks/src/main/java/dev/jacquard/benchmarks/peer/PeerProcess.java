package dev.jacquard.benchmarks.peer;

import dev.jacquard.benchmarks.measure.Measurement;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Unavailable;
import dev.jacquard.error.JacquardException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An engine as a process.
 *
 * @param name the engine's name in the table, without spaces
 * @param command with the settings
 * @param environment further variables
 */
record PeerProcess(String name, List<String> command, Map<String, String> environment) {

  /** Copies the collections. */
  PeerProcess {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /**
   * What a run came to.
   *
   * @param measurements of each task; none if it could not run
   * @param unavailable why it could not
   */
  record Outcome(List<Measurement> measurements, Optional<Unavailable> unavailable) {
    /** Copies the list. */
    Outcome {
      measurements = List.copyOf(measurements);
    }
  }

  /**
   * A program of a JVM: the same JDK, heap and collector for all.
   *
   * @param classPath of its JVM
   * @param mainClass takes the name and the settings
   * @param options further options of its JVM
   */
  static PeerProcess java(
      String name,
      String classPath,
      String mainClass,
      List<String> options,
      Map<String, String> environment,
      Settings settings) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx4g", "-XX:+UseG1GC", "-XX:G1HeapRegionSize=1m"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, mainClass, name));
    command.addAll(settings.toArguments());
    return new PeerProcess(name, command, environment);
  }

  /**
   * Runs the engine once.
   *
   * @throws JacquardException if it fails, with the end of what it said
   */
  Outcome run() throws IOException, InterruptedException {
    Path errors = Files.createTempFile("jacquard-peer-", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process;
      try {
        process = builder.start();
      } catch (IOException e) {
        return new Outcome(List.of(), Optional.of(new Unavailable(e.getMessage())));
      }
      Outcome outcome = read(process);
      int status = process.waitFor();
      if (status != 0) {
        throw new JacquardException(
            name + " failed with status " + status + "; it said:\n" + lastLines(errors));
      }
      if (outcome.measurements().isEmpty() && outcome.unavailable().isEmpty()) {
        throw new JacquardException(name + " measured nothing; it said:\n" + lastLines(errors));
      }
      return outcome;
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private static Outcome read(Process process) throws IOException {
    List<Measurement> measurements = new ArrayList<>();
    Optional<Unavailable> unavailable = Optional.empty();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Measurement.parse(line).ifPresent(measurements::add);
        if (unavailable.isEmpty()) {
          unavailable = Unavailable.parse(line);
        }
      }
    }
    return new Outcome(measurements, unavailable);
  }

  private static String lastLines(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }
}
