package dev.jacquard.checkpoint;

import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads and writes safetensors files of F32 tensors: eight bytes with the length of the header,
 * little-endian; the header as JSON; then the values, little-endian and row-major. See <a
 * href="https://github.com/huggingface/safetensors#format">the format</a>.
 *
 * <p>Equal contents give equal bytes. A file is read as if it were hostile: no memory is taken for
 * a size that the file's own length does not bear out.
 */
public final class SafeTensors {
  private static final int LENGTH_BYTES = Long.BYTES;
  private static final int BLOCK_BYTES = 1 << 16;

  private SafeTensors() {}

  /**
   * Writes {@code contents} to {@code file}, whole or not at all. The header lists the metadata
   * first and then the tensors, each in the order of its map, and is padded with spaces so that the
   * values begin at a multiple of eight.
   *
   * @throws JacquardException if the file cannot be written, with the reason and the remedy
   */
  public static void write(Path file, TensorFile contents) {
    byte[] json = SafeTensorsHeader.format(contents);
    int padded = (json.length + 7) / 8 * 8;
    if (padded > SafeTensorsHeader.MAX_BYTES) {
      throw new JacquardException(
          "cannot write "
              + file
              + ": expected a header of at most "
              + SafeTensorsHeader.MAX_BYTES
              + " bytes, received "
              + padded
              + "; shorten the metadata");
    }
    AtomicFile.write(
        file,
        out -> {
          byte[] block = new byte[BLOCK_BYTES];
          littleEndian(block).putLong(padded);
          out.write(block, 0, LENGTH_BYTES);
          out.write(json);
          out.write(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII));
          for (Tensor tensor : contents.tensors().values()) {
            writeValues(out, tensor.values(), block);
          }
        });
  }

  private static void writeValues(OutputStream out, float[] values, byte[] block)
      throws IOException {
    FloatBuffer floats = littleEndian(block).asFloatBuffer();
    for (int i = 0; i < values.length; i += floats.capacity()) {
      int count = Math.min(floats.capacity(), values.length - i);
      floats.clear().put(values, i, count);
      out.write(block, 0, count * Float.BYTES);
    }
  }

  /**
   * Reads {@code file}.
   *
   * @return its tensors and metadata in the order of its header
   * @throws JacquardException if the file cannot be read, breaks the format or holds another type
   *     than F32
   */
  public static TensorFile read(Path file) {
    return reading(file, SafeTensors::read);
  }

  /**
   * Reads what {@code file} says of itself, and none of its tensors.
   *
   * @throws JacquardException as {@link #read}
   */
  public static Map<String, String> readMetadata(Path file) {
    return reading(file, (where, channel) -> header(where, channel).metadata());
  }

  private interface Reader<T> {
    T read(String where, FileChannel channel) throws IOException;
  }

  private static <T> T reading(Path file, Reader<T> reader) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new JacquardException("cannot read " + file + ": it is not a file; give a file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return reader.read(file.toString(), channel);
    } catch (IOException e) {
      throw new JacquardException("cannot read " + file + ": " + IoReason.of(e), e);
    }
  }

  private static TensorFile read(String where, FileChannel channel) throws IOException {
    SafeTensorsHeader header = header(where, channel);
    long dataBytes = header.dataBytes();
    // The tensors are all that follows.
    long dataStart = channel.size() - dataBytes;
    requireHeap(where, dataBytes);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    ByteBuffer block = littleEndian(new byte[BLOCK_BYTES]);
    for (SafeTensorsHeader.Entry entry : header.entries()) {
      float[] values = new float[entry.shape().elements()];
      readValues(where, channel, dataStart + entry.begin(), values, block);
      tensors.put(entry.name(), Tensor.of(entry.shape(), values));
    }
    return new TensorFile(tensors, header.metadata());
  }

  private static SafeTensorsHeader header(String where, FileChannel channel) throws IOException {
    long fileBytes = channel.size();
    byte[] json = readHeader(where, channel, fileBytes);
    return SafeTensorsHeader.parse(where, json, fileBytes - LENGTH_BYTES - json.length);
  }

  private static byte[] readHeader(String where, FileChannel channel, long fileBytes)
      throws IOException {
    if (fileBytes < LENGTH_BYTES) {
      throw new JacquardException(
          where
              + ": expected at least 8 bytes, received "
              + fileBytes
              + "; the file is truncated or not safetensors");
    }
    ByteBuffer length = littleEndian(new byte[LENGTH_BYTES]);
    readFully(where, channel, 0, length);
    long headerBytes = length.getLong(0);
    // The length is unsigned; one with the top bit set is negative here.
    if (headerBytes < 0 || headerBytes > SafeTensorsHeader.MAX_BYTES) {
      throw new JacquardException(
          where
              + ": expected a header of at most "
              + SafeTensorsHeader.MAX_BYTES
              + " bytes, received "
              + Long.toUnsignedString(headerBytes)
              + "; the file is not safetensors");
    }
    if (headerBytes > fileBytes - LENGTH_BYTES) {
      throw new JacquardException(
          where
              + ": expected a header of "
              + headerBytes
              + " bytes, received "
              + (fileBytes - LENGTH_BYTES)
              + "; the file is truncated or not safetensors");
    }
    byte[] json = new byte[(int) headerBytes];
    readFully(where, channel, LENGTH_BYTES, ByteBuffer.wrap(json));
    return json;
  }

  /** A sparse file can be longer than any memory without taking room on the disk. */
  private static void requireHeap(String where, long dataBytes) {
    long heap = Runtime.getRuntime().maxMemory();
    if (dataBytes > heap) {
      throw new JacquardException(
          where
              + ": its tensors take "
              + (dataBytes >> 20)
              + " MiB, but the JVM's heap may grow to "
              + (heap >> 20)
              + " MiB only; raise it with -Xmx");
    }
  }

  private static void readValues(
      String where, FileChannel channel, long position, float[] values, ByteBuffer block)
      throws IOException {
    int perBlock = BLOCK_BYTES / Float.BYTES;
    for (int i = 0; i < values.length; i += perBlock) {
      int count = Math.min(perBlock, values.length - i);
      readFully(
          where,
          channel,
          position + (long) i * Float.BYTES,
          block.clear().limit(count * Float.BYTES));
      block.flip().asFloatBuffer().get(values, i, count);
    }
  }

  private static void readFully(String where, FileChannel channel, long from, ByteBuffer into)
      throws IOException {
    long position = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, position);
      if (read < 0) {
        throw new JacquardException(where + ": was cut short while it was read; read it again");
      }
      position += read;
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
