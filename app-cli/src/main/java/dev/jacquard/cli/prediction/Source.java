package dev.jacquard.cli.prediction;

import dev.jacquard.cli.picture.Invert;
import dev.jacquard.cli.picture.Picture;
import dev.jacquard.cli.picture.PictureFile;
import dev.jacquard.cli.picture.Prepared;
import dev.jacquard.tensor.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Where pictures come from. */
sealed interface Source {
  /** For messages. */
  String name();

  /** How many pictures it has, as far as is known before they are read. */
  int size();

  /**
   * Reads one of them.
   *
   * @param input what the network takes
   * @throws dev.jacquard.error.JacquardException if it is not a picture
   */
  Sample sample(int index, Shape input, Invert invert);

  /**
   * A picture file.
   *
   * @param isNamed by the user; else it is of a folder, which may hold others, too
   */
  record File(Path path, boolean isNamed) implements Source {
    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public Sample sample(int index, Shape input, Invert invert) {
      return new Sample(name(), PictureFile.read(path, input, invert));
    }
  }

  /**
   * The contents of a picture file that came through a pipe.
   *
   * @param name for messages
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Contents(String name, byte[] bytes) implements Source {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public Sample sample(int index, Shape input, Invert invert) {
      return new Sample(name, PictureFile.read(name, bytes, input, invert));
    }
  }

  /** The images of an IDX file, {@code [size, H, W]}: as data sets are, so taken as they are. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Idx(String name, byte[] images, int size) implements Source {
    @Override
    public Sample sample(int index, Shape input, Invert invert) {
      int elements = input.elements();
      byte[] image = Arrays.copyOfRange(images, index * elements, (index + 1) * elements);
      boolean inverted = invert == Invert.YES;
      for (int i = 0; inverted && i < elements; i++) {
        image[i] = (byte) ~image[i];
      }
      List<String> done = inverted ? List.of("inverted, as asked") : List.of();
      return new Sample(
          name + "[" + index + "]", new Prepared(Picture.of(input, image), done, inverted));
    }
  }
}
