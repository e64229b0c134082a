package dev.jacquard.benchmarks.measure;

import java.nio.file.Path;
import java.util.List;

/**
 * What all engines are told alike.
 *
 * @param batch images of a training step
 * @param inferenceBatch images that inference takes at once
 * @param threads threads that compute
 * @param steps training steps that are timed as one, after which the loss is read
 * @param seconds how long each task is measured
 * @param data folder with the files of Fashion-MNIST
 */
public record Settings(
    int batch, int inferenceBatch, int threads, int steps, double seconds, Path data) {

  /** As arguments of a process. */
  public List<String> toArguments() {
    return List.of(
        String.valueOf(batch),
        String.valueOf(inferenceBatch),
        String.valueOf(threads),
        String.valueOf(steps),
        String.valueOf(seconds),
        data.toString());
  }

  /** Reads what {@link #toArguments} wrote, from {@code arguments[from]} on. */
  public static Settings parse(String[] arguments, int from) {
    return new Settings(
        Integer.parseInt(arguments[from]),
        Integer.parseInt(arguments[from + 1]),
        Integer.parseInt(arguments[from + 2]),
        Integer.parseInt(arguments[from + 3]),
        Double.parseDouble(arguments[from + 4]),
        Path.of(arguments[from + 5]));
  }
}
