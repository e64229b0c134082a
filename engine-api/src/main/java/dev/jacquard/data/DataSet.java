package dev.jacquard.data;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Labelled samples in host memory, stored as bytes or floats. Immutable; the arrays are not copied,
 * so who hands them over does not change them afterwards.
 */
public final class DataSet {
  private static final int DIGEST_BLOCK = 1 << 16;

  private final String name;
  private final Shape sample;
  private final byte[] bytes;
  private final float[] floats;
  private final int[] labels;
  private final List<String> classes;
  private final int size;
  private volatile String digest;

  private DataSet(
      String name,
      Shape sample,
      byte[] bytes,
      float[] floats,
      int[] labels,
      List<String> classes,
      int size) {
    this.name = name;
    this.sample = sample;
    this.bytes = bytes;
    this.floats = floats;
    this.labels = labels;
    this.classes = List.copyOf(classes);
    this.size = size;
  }

  /**
   * Samples of unsigned bytes.
   *
   * @param name for messages
   * @param sample shape of one, {@code [H, W, C]} or {@code [C]}
   * @param elements {@code [N, H, W, C]}, row-major
   * @param labels the class of each sample, from 0
   * @param classes the names of the classes, in the order of their numbers
   * @throws JacquardException if the lengths do not fit together or a label has no class
   */
  public static DataSet ofBytes(
      String name, Shape sample, byte[] elements, int[] labels, List<String> classes) {
    check(name, sample, elements.length, labels, classes);
    return new DataSet(name, sample, elements, null, labels, classes, labels.length);
  }

  /** Samples of floats; otherwise as {@link #ofBytes}. */
  public static DataSet ofFloats(
      String name, Shape sample, float[] elements, int[] labels, List<String> classes) {
    check(name, sample, elements.length, labels, classes);
    return new DataSet(name, sample, null, elements, labels, classes, labels.length);
  }

  private static void check(
      String name, Shape sample, int elements, int[] labels, List<String> classes) {
    if (labels.length == 0) {
      throw new JacquardException(name + ": expected at least one sample, received none");
    }
    if ((long) labels.length * sample.elements() != elements) {
      throw new JacquardException(
          name
              + ": expected "
              + labels.length
              + " samples of shape "
              + sample
              + ", one for each label; received "
              + elements
              + " elements");
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new JacquardException(
            name + ": label " + i + " is " + labels[i] + ", expected 0 to " + (classes.size() - 1));
      }
    }
  }

  /** For messages and reports. */
  public String name() {
    return name;
  }

  /** The shape of one sample. */
  public Shape sample() {
    return sample;
  }

  /** How elements are stored. */
  public DType dtype() {
    return bytes != null ? DType.U8 : DType.F32;
  }

  /** The number of samples. */
  public int size() {
    return size;
  }

  /** The names of the classes. */
  public List<String> classes() {
    return classes;
  }

  /** All elements of a {@link DType#U8} set, {@code [N, H, W, C]}, else null; not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  /** All elements of a {@link DType#F32} set, {@code [N, H, W, C]}, else null; not a copy. */
  public float[] floats() {
    return floats;
  }

  /** The class of each sample; not a copy. */
  public int[] labels() {
    return labels;
  }

  /** The class of sample {@code index}. */
  public int label(int index) {
    return labels[index];
  }

  /**
   * SHA-256 of samples and labels, in lower-case hexadecimal digits: of floats in network byte
   * order, of a byte a label, or four where there are more than 256 classes.
   */
  public String digest() {
    // Several threads may compute it at once, to the same text.
    String known = digest;
    if (known == null) {
      known = computeDigest();
      digest = known;
    }
    return known;
  }

  private String computeDigest() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    ByteBuffer block = ByteBuffer.allocate(DIGEST_BLOCK);
    if (bytes != null) {
      digest.update(bytes);
    } else {
      for (float value : floats) {
        room(block, digest).putFloat(value);
      }
    }
    for (int label : labels) {
      if (classes.size() > 256) {
        room(block, digest).putInt(label);
      } else {
        room(block, digest).put((byte) label);
      }
    }
    digest.update(block.flip());
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The block with room for a number, what was in it digested if it had none. */
  private static ByteBuffer room(ByteBuffer block, MessageDigest digest) {
    if (block.remaining() < Integer.BYTES) {
      digest.update(block.flip());
      block.clear();
    }
    return block;
  }

  /** The first {@code count} samples. */
  public DataSet first(int count) {
    return slice(0, count);
  }

  /** {@code count} samples from {@code from} on, copied. */
  public DataSet slice(int from, int count) {
    if (from < 0 || count < 1 || count > size - from) {
      throw new JacquardException(
          name + " has " + size + " samples; cannot take " + count + " from number " + from);
    }
    int e = sample.elements();
    return new DataSet(
        name,
        sample,
        bytes == null ? null : Arrays.copyOfRange(bytes, from * e, (from + count) * e),
        floats == null ? null : Arrays.copyOfRange(floats, from * e, (from + count) * e),
        Arrays.copyOfRange(labels, from, from + count),
        classes,
        count);
  }
}
