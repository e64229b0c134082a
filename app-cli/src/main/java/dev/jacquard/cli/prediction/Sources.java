package dev.jacquard.cli.prediction;

import dev.jacquard.cli.console.StandardInput;
import dev.jacquard.cli.picture.PictureFile;
import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.Idx;
import dev.jacquard.tensor.Shape;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Finds what the arguments of a command line mean. */
final class Sources {
  private final Shape input;
  private final Consumer<JacquardException> failed;
  private final List<Source> found = new ArrayList<>();

  private Sources(Shape input, Consumer<JacquardException> failed) {
    this.input = input;
    this.failed = failed;
  }

  /**
   * The sources of pictures, in order.
   *
   * @param arguments files, folders, {@code -} for the standard input
   * @param input what the network takes
   * @param failed told of each that cannot be read; the others are found all the same
   */
  static List<Source> find(List<Path> arguments, Shape input, Consumer<JacquardException> failed) {
    Sources sources = new Sources(input, failed);
    for (Path argument : arguments) {
      try {
        sources.add(argument);
      } catch (JacquardException e) {
        failed.accept(e);
      }
    }
    return sources.found;
  }

  private void add(Path argument) {
    if (StandardInput.isMeant(argument)) {
      byte[] contents = StandardInput.read(PictureFile.MAX_BYTES);
      found.add(new Source.Contents("standard input", contents));
    } else if (Files.isDirectory(argument)) {
      addFolder(argument);
    } else {
      addFile(argument, true);
    }
  }

  private void addFile(Path file, boolean isNamed) {
    if (!Files.isRegularFile(file) || !Idx.isImages(file)) {
      found.add(new Source.File(file, isNamed));
      return;
    }
    if (input.rank() != 3 || input.channels() != 1) {
      throw new JacquardException(
          file
              + ": expected pictures of the shape "
              + input
              + " that the network takes, received IDX images, which are grey; give others");
    }
    byte[] images = Idx.images(file, input.dim(0), input.dim(1));
    found.add(new Source.Idx(file.toString(), images, images.length / input.elements()));
  }

  /**
   * Its files, sorted by name, without hidden ones; not pipes, which may never end, nor those of
   * folders within.
   */
  private void addFolder(Path folder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            folder,
            entry ->
                !entry.getFileName().toString().startsWith(".") && Files.isRegularFile(entry))) {
      entries.forEach(files::add);
    } catch (DirectoryIteratorException e) {
      throw unreadable(folder, e.getCause());
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    if (files.isEmpty()) {
      throw new JacquardException(
          folder + ": expected a folder of pictures, received an empty one");
    }
    files.sort(null);
    for (Path file : files) {
      try {
        addFile(file, false);
      } catch (JacquardException e) {
        failed.accept(e);
      }
    }
  }

  private static JacquardException unreadable(Path folder, IOException e) {
    return new JacquardException("cannot read the folder " + folder + ": " + IoReason.of(e), e);
  }
}
