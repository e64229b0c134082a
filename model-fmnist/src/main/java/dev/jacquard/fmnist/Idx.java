package dev.jacquard.fmnist;

import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads IDX files of unsigned bytes, plain or compressed with gzip, which their first bytes tell.
 * The header is big-endian: a magic number (two zero bytes, the type 8 for unsigned bytes, the
 * number of dimensions), then the extent of each dimension, then the elements row-major. See <a
 * href="http://yann.lecun.com/exdb/mnist/">the format</a>.
 *
 * <p>A file is read as if it were hostile: what its header promises is compared with its length
 * before memory is taken, and reading stops at the first byte beyond the promise.
 */
public final class Idx {
  private static final int IMAGES_MAGIC = 0x0803;
  private static final int LABELS_MAGIC = 0x0801;
  private static final int GZIP_FIRST = 0x1F;
  private static final int GZIP_SECOND = 0x8B;
  // Deflate makes at most 1032 bytes of one.
  private static final long MAX_RATIO = 1032;
  private static final int BUFFER_BYTES = 1 << 16;

  private Idx() {}

  /**
   * Reads grey images.
   *
   * @param file plain or compressed
   * @param rows the height that they must have
   * @param columns the width that they must have
   * @return the pixels, {@code [N, rows, columns]}, row-major; N is at least 1
   * @throws JacquardException if the file cannot be read or is not such a file
   */
  public static byte[] images(Path file, int rows, int columns) {
    return read(file, IMAGES_MAGIC, "images", rows, columns);
  }

  /**
   * Reads labels.
   *
   * @param file plain or compressed
   * @param classes how many classes there are
   * @return the labels, each from 0 to {@code classes - 1}, at least one
   * @throws JacquardException if the file cannot be read or is not such a file
   */
  public static int[] labels(Path file, int classes) {
    byte[] stored = read(file, LABELS_MAGIC, "labels");
    int[] labels = new int[stored.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = stored[i] & 0xFF;
      if (labels[i] >= classes) {
        throw new JacquardException(
            file
                + ": label "
                + i
                + ": expected 0 to "
                + (classes - 1)
                + ", received "
                + labels[i]
                + "; the file is damaged or of another data set");
      }
    }
    return labels;
  }

  /** Whether {@code file} begins as an IDX file of images does, plain or compressed. */
  public static boolean isImages(Path file) {
    try (InputStream in = open(file)) {
      byte[] magic = in.readNBytes(Integer.BYTES);
      return magic.length == Integer.BYTES && ByteBuffer.wrap(magic).getInt() == IMAGES_MAGIC;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] read(Path file, int magic, String what, int... sample) {
    try (InputStream in = open(file)) {
      return read(file, in, magic, what, sample);
    } catch (ZipException e) {
      throw new JacquardException(
          file + ": the gzip data is damaged (" + e.getMessage() + "); get the file again", e);
    } catch (EOFException e) {
      throw new JacquardException(file + ": the gzip data is truncated; get the file again", e);
    } catch (IOException e) {
      throw new JacquardException("cannot read " + file + ": " + IoReason.of(e), e);
    }
  }

  /** Opens {@code file}, decompressing it if it is compressed. */
  static InputStream open(Path file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    try {
      in.mark(2);
      boolean compressed = in.read() == GZIP_FIRST && in.read() == GZIP_SECOND;
      in.reset();
      return compressed ? new GZIPInputStream(in, BUFFER_BYTES) : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static byte[] read(Path file, InputStream in, int magic, String what, int... sample)
      throws IOException {
    ByteBuffer header = readHeader(file, in, magic, what, Integer.BYTES * (2 + sample.length));
    long count = Integer.toUnsignedLong(header.getInt());
    requireSample(file, what, header, sample);
    String promise = count + " " + what + (sample.length == 0 ? "" : " of " + joined(sample));
    long bytes = count;
    for (int extent : sample) {
      bytes *= extent;
    }
    requireRoom(file, promise, bytes, header.limit(), in instanceof GZIPInputStream);
    byte[] elements = new byte[(int) bytes];
    requireLength(file, promise, bytes, readFully(in, elements));
    if (in.read() >= 0) {
      throw new JacquardException(
          file
              + ": expected "
              + promise
              + ", "
              + bytes
              + " bytes, received more; the file is damaged, get it again");
    }
    return elements;
  }

  /** Reads the header and leaves the buffer behind the magic number. */
  private static ByteBuffer readHeader(
      Path file, InputStream in, int magic, String what, int headerBytes) throws IOException {
    byte[] head = new byte[headerBytes];
    int received = readFully(in, head);
    ByteBuffer header = ByteBuffer.wrap(head);
    if (received >= Integer.BYTES && header.getInt(0) != magic) {
      throw new JacquardException(
          String.format(
              Locale.ROOT,
              "%s: expected the magic number 0x%08X of IDX %s, received 0x%08X; %s",
              file,
              magic,
              what,
              header.getInt(0),
              magicRemedy(header.getInt(0))));
    }
    if (received < headerBytes) {
      throw new JacquardException(
          String.format(
              Locale.ROOT,
              "%s: expected an IDX header of %d bytes, received %d; the file is truncated, get it"
                  + " again",
              file,
              headerBytes,
              received));
    }
    return header.position(Integer.BYTES);
  }

  private static String magicRemedy(int received) {
    return switch (received) {
      case IMAGES_MAGIC -> "this is a file of images";
      case LABELS_MAGIC -> "this is a file of labels";
      default -> "the file is damaged or of another kind";
    };
  }

  private static void requireSample(Path file, String what, ByteBuffer header, int... sample) {
    long[] received = new long[sample.length];
    boolean same = true;
    for (int i = 0; i < sample.length; i++) {
      received[i] = Integer.toUnsignedLong(header.getInt());
      same &= received[i] == sample[i];
    }
    if (!same) {
      throw new JacquardException(
          file
              + ": expected "
              + what
              + " of "
              + joined(sample)
              + ", received "
              + received[0]
              + "x"
              + received[1]
              + "; scale them first or give another file");
    }
  }

  /** Compares the promise with the file's length and the heap, before memory is taken. */
  private static void requireRoom(
      Path file, String promise, long bytes, int headerBytes, boolean compressed)
      throws IOException {
    if (bytes == 0) {
      throw new JacquardException(
          file + ": expected at least one item, received " + promise + "; get the file again");
    }
    long length = Files.size(file);
    long mostBytes = (compressed ? length * MAX_RATIO : length) - headerBytes;
    if (bytes > mostBytes) {
      requireLength(file, promise, bytes, compressed ? -1 : mostBytes);
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > Integer.MAX_VALUE - 8 || bytes > heap) {
      throw new JacquardException(
          file
              + ": expected at most "
              + Math.min(Integer.MAX_VALUE - 8, heap)
              + " bytes, received "
              + promise
              + "; split the file, or raise the JVM's heap with -Xmx");
    }
  }

  private static void requireLength(Path file, String promise, long bytes, long received) {
    if (received != bytes) {
      throw new JacquardException(
          file
              + ": expected "
              + promise
              + ", "
              + bytes
              + " bytes, received "
              + (received < 0 ? "fewer" : received)
              + "; the file is truncated, get it again");
    }
  }

  /** Reads until {@code into} is full or the data ends; a cut gzip stream ends like any other. */
  private static int readFully(InputStream in, byte[] into) throws IOException {
    int count = 0;
    try {
      while (count < into.length) {
        int read = in.read(into, count, into.length - count);
        if (read < 0) {
          break;
        }
        count += read;
      }
    } catch (EOFException e) {
      // Too few bytes is what the caller reports.
    }
    return count;
  }

  private static String joined(int... extents) {
    return extents[0] + "x" + extents[1];
  }
}
