package dev.jacquard.cli.picture;

import dev.jacquard.cli.console.StandardInput;
import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads picture files (PNG, JPEG, GIF, BMP; told by their contents, not their names) and makes them
 * ready for a network.
 *
 * <p>For a network of one channel a picture becomes what the images of Fashion-MNIST are: turned
 * the right way up (EXIF), made grey, cropped if it shows something small on a plain ground, padded
 * to the network's proportions with its ground, scaled by area averages, inverted if it is dark on
 * light, and its levels stretched so that the ground is black and the brightest pixel white. A grey
 * picture that has the network's size is taken as it is, unless it is to be inverted: a PNG file of
 * an item of the data set comes out as the data set's own bytes. For a network of three channels a
 * picture is turned, padded and scaled.
 *
 * <p>Any number of threads may read at once.
 */
public final class PictureFile {
  /** The most bytes that are read from a pipe. */
  public static final int MAX_BYTES = 1 << 28;

  private PictureFile() {}

  /**
   * Reads a file.
   *
   * @param file a picture
   * @param input what the network takes, {@code [H, W, 1]} or {@code [H, W, 3]}
   * @throws NoPictureException if it is no picture
   * @throws JacquardException if it cannot be read, is not a single picture of those formats, is
   *     damaged or too large, or if the network does not take pictures
   */
  public static Prepared read(Path file, Shape input, Invert invert) {
    requirePictures(input);
    requireReadable(file);
    try {
      // A name that is no text of the locale's is lost on its way through a string.
      if (!Files.isRegularFile(file) || !file.toFile().exists()) {
        return read(file.toString(), bytes(file), input, invert);
      }
      try (ImageInputStream in = new FileImageInputStream(new File(file.toString()))) {
        return read(file.toString(), in, input, invert);
      }
    } catch (IOException e) {
      throw new JacquardException("cannot read " + file + ": " + IoReason.of(e), e);
    } catch (OutOfMemoryError e) {
      throw tooLarge(file.toString(), e);
    }
  }

  /**
   * Reads the contents of a file; otherwise as {@link #read(Path, Shape, Invert)}.
   *
   * @param name for messages
   */
  public static Prepared read(String name, byte[] contents, Shape input, Invert invert) {
    requirePictures(input);
    try (ImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(contents))) {
      return read(name, in, input, invert);
    } catch (IOException e) {
      throw new JacquardException("cannot read " + name + ": " + IoReason.of(e), e);
    } catch (OutOfMemoryError e) {
      throw tooLarge(name, e);
    }
  }

  /** Whether a file begins as a picture does, also one of a format that is not read. */
  public static boolean isPicture(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return PictureFormat.isPicture(in.readNBytes(PictureFormat.HEAD_BYTES));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Checks that a network takes pictures.
   *
   * @param input of the network
   * @throws JacquardException if it does not
   */
  public static void requirePictures(Shape input) {
    if (input.rank() != 3 || (input.channels() != 1 && input.channels() != 3)) {
      throw new JacquardException(
          "the network takes samples of shape "
              + input
              + "; a picture can be given to one that takes [height, width, 1], grey, or [height,"
              + " width, 3], red, green and blue");
    }
  }

  private static Prepared read(String name, ImageInputStream in, Shape input, Invert invert) {
    List<String> done = new ArrayList<>();
    Pixels pixels = new Decoder(name, in, done).decode();
    return new Preparation(name, input, done).prepare(pixels, invert);
  }

  /** One picture that is too large must not keep the others from being read. */
  private static JacquardException tooLarge(String name, OutOfMemoryError e) {
    return new JacquardException(
        name
            + ": the picture takes more memory than the JVM may take; scale it down, or give it"
            + " more with -Xmx",
        e);
  }

  /**
   * Checks that there is a file that may be read, whatever it holds.
   *
   * @throws JacquardException if there is not
   */
  public static void requireReadable(Path file) {
    if (!Files.exists(file)) {
      throw new JacquardException("cannot read " + file + ": no such file; check the path");
    }
    if (Files.isDirectory(file)) {
      throw new JacquardException("cannot read " + file + ": it is a folder; give a picture file");
    }
    if (!Files.isReadable(file)) {
      throw new JacquardException(
          "cannot read " + file + ": no permission; change the file's permissions");
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return StandardInput.read(file.toString(), in, MAX_BYTES);
    }
  }
}
