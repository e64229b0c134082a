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

/** Finds what the arguments of a command line mean. */
final class Sources {
  private final Shape input;
  private final Troubles troubles;
  private final List<Source> found = new ArrayList<>();

  private Sources(Shape input, Troubles troubles) {
    this.input = input;
    this.troubles = troubles;
  }

  /**
   * The sources of pictures, in order.
   *
   * @param arguments files, folders, {@code -} for the standard input
   * @param input what the network takes
   * @param troubles told of each that cannot be read; the others are found all the same
   */
  static List<Source> find(List<Path> arguments, Shape input, Troubles troubles) {
    Sources sources = new Sources(input, troubles);
    for (Path argument : arguments) {
      try {
        sources.add(argument);
      } catch (JacquardException e) {
        troubles.failed(e);
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
      // Before a device is chosen and opened, which can take seconds.
      PictureFile.requireReadable(argument);
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
    List<Path> entries = entries(folder);
    List<Path> folders = entries.stream().filter(Files::isDirectory).toList();
    List<Path> files = entries.stream().filter(Files::isRegularFile).toList();
    if (files.isEmpty()) {
      throw new JacquardException(
          folder
              + ": expected a folder of pictures, received "
              + (folders.isEmpty()
                  ? "an empty one"
                  : "one that has only folders, which are not entered; give those"));
    }
    folders.forEach(within -> troubles.notEntered(within.toString()));
    for (Path file : files) {
      try {
        addFile(file, false);
      } catch (JacquardException e) {
        troubles.failed(e);
      }
    }
  }

  private static List<Path> entries(Path folder) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream =
        Files.newDirectoryStream(
            folder, entry -> !entry.getFileName().toString().startsWith("."))) {
      stream.forEach(entries::add);
    } catch (DirectoryIteratorException e) {
      throw unreadable(folder, e.getCause());
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    entries.sort(null);
    return entries;
  }

  private static JacquardException unreadable(Path folder, IOException e) {
    return new JacquardException("cannot read the folder " + folder + ": " + IoReason.of(e), e);
  }
}
