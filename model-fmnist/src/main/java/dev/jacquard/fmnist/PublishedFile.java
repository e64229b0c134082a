package dev.jacquard.fmnist;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * One of the four files as it was published. The digest is of the plain IDX file, because two
 * sources compress the same file differently.
 *
 * @param name without {@code .gz}
 * @param bytes the length of the plain file
 * @param sha256 in lower-case hexadecimal digits
 */
record PublishedFile(String name, long bytes, String sha256) {
  /** The files of Fashion-MNIST. */
  static final List<PublishedFile> ALL =
      List.of(
          new PublishedFile(
              Split.TRAIN.images(),
              47_040_016,
              "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
          new PublishedFile(
              Split.TRAIN.labels(),
              60_008,
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
          new PublishedFile(
              Split.TEST.images(),
              7_840_016,
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
          new PublishedFile(
              Split.TEST.labels(),
              10_008,
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

  /**
   * Checks that {@code file}, plain or compressed, is this one.
   *
   * @throws IOException if it is not, or cannot be read
   */
  void verify(Path file) throws IOException {
    MessageDigest digest = sha256Digest();
    byte[] block = new byte[1 << 16];
    long total = 0;
    try (InputStream in = Idx.open(file)) {
      // Reading stops at the first byte too many: a hostile gzip file could go on for ever.
      for (int read = in.read(block); read >= 0 && total <= bytes; read = in.read(block)) {
        digest.update(block, 0, read);
        total += read;
      }
    }
    if (total != bytes) {
      throw new IOException(
          name + ": expected " + bytes + " bytes, received " + (total > bytes ? "more" : total));
    }
    String received = HexFormat.of().formatHex(digest.digest());
    if (!received.equals(sha256)) {
      throw new IOException(name + ": expected SHA-256 " + sha256 + ", received " + received);
    }
  }

  static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
