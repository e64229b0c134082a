package dev.jacquard.fmnist;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Small IDX files for tests. */
final class IdxFiles {
  private IdxFiles() {}

  /** A file with this header and {@code elements} bytes 0, 1, 2, ... behind it. */
  static byte[] bytes(int elements, int... header) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * header.length + elements);
    for (int word : header) {
      buffer.putInt(word);
    }
    for (int i = 0; i < elements; i++) {
      buffer.put((byte) i);
    }
    return buffer.array();
  }

  static byte[] images(int count) {
    return bytes(count * 784, 0x803, count, 28, 28);
  }

  static byte[] labels(int... labels) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes(labels.length, 0x801, labels.length)).position(8);
    for (int label : labels) {
      buffer.put((byte) label);
    }
    return buffer.array();
  }

  static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  /** Two training images and one test image; the training files are compressed. */
  static void writeAll(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("train-images-idx3-ubyte.gz"), gzip(images(2)));
    Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), gzip(labels(9, 0)));
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), images(1));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(4));
  }
}
