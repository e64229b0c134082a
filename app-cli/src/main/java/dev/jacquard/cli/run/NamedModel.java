package dev.jacquard.cli.run;

import dev.jacquard.error.JacquardException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A trained network as a command line names it: by the folder of its run or by a file.
 *
 * @param path as the user gave it
 * @param run the folder, if it is one
 * @param state of the training in that folder
 */
public record NamedModel(Path path, Optional<RunFolder> run, Optional<Trained> state) {
  /**
   * Looks at what is there.
   *
   * @throws JacquardException if there is nothing, or a folder without trained parameters
   */
  public static NamedModel of(Path path) {
    if (!Files.exists(path) && !path.toString().endsWith(".safetensors")) {
      throw notARun(path, "there is no such folder", ", or a .safetensors file");
    }
    Optional<RunFolder> run =
        Files.isDirectory(path) ? Optional.of(RunFolder.existing(path)) : Optional.empty();
    return new NamedModel(path, run, run.map(RunFolder::trained));
  }

  /** What is said, whatever the command, where a run's folder is expected and none is received. */
  static JacquardException notARun(Path path, String reason, String orElse) {
    return new JacquardException(
        path + " is not a run folder: " + reason + "; give the folder that train wrote" + orElse);
  }

  /** The file with its parameters. */
  public Path file() {
    return state.map(Trained::file).orElse(path);
  }

  /** Its accuracy on the test set, as far as its run's folder tells it. */
  public OptionalDouble testAccuracy() {
    return run.isPresent() && state.isPresent()
        ? run.get().testAccuracy(state.get())
        : OptionalDouble.empty();
  }

  /** The folder of plug-ins that the training began with, if that is known. */
  public Optional<Path> plugins() {
    return run.flatMap(RunFolder::plugins);
  }

  /** Says so where the training is not finished. */
  public Optional<String> unfinished() {
    return state.filter(Trained::isUnfinished).map(Trained::unfinished);
  }
}
