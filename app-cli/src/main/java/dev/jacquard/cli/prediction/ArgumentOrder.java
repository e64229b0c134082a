package dev.jacquard.cli.prediction;

import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.option.UsageException;
import dev.jacquard.cli.picture.PictureFile;
import dev.jacquard.cli.run.RunFolder;
import dev.jacquard.fmnist.Idx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Tells those who gave the pictures first that the model is, and how to write it. */
public final class ArgumentOrder {
  private static final String MODEL_ENDING = ".safetensors";

  private ArgumentOrder() {}

  /**
   * Checks that the first argument is not a picture.
   *
   * @param command that takes the model and then the pictures
   * @param first where the model is expected
   * @param others the other arguments, one of which may be the model
   * @throws UsageException if it is
   */
  public static void requireModelFirst(String command, Path first, List<Path> others) {
    // What is named as a model is not opened a second time.
    if (!Files.isRegularFile(first) || first.toString().endsWith(MODEL_ENDING)) {
      return;
    }
    boolean idx = Idx.isImages(first);
    if (idx || PictureFile.isPicture(first)) {
      throw new UsageException(
          "MODEL: expected a run folder or a .safetensors file, received "
              + (idx ? "the IDX images " : "the picture ")
              + first
              + "; the model comes first: "
              + Invocation.command()
              + " "
              + command
              + " "
              + ordered(first, others));
    }
  }

  private static String ordered(Path first, List<Path> others) {
    List<Path> pictures = new ArrayList<>(others);
    String model = "MODEL";
    for (Path other : others) {
      if (isModel(other)) {
        model = Invocation.quoted(other);
        pictures.remove(other);
        break;
      }
    }
    pictures.add(0, first);
    return model + " " + String.join(" ", pictures.stream().map(Invocation::quoted).toList());
  }

  private static boolean isModel(Path path) {
    return Files.isDirectory(path)
        ? RunFolder.existing(path).isTrained()
        : path.toString().endsWith(MODEL_ENDING);
  }
}
