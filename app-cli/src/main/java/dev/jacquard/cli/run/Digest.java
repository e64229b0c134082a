package dev.jacquard.cli.run;

import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of the parameters that predictions depend on, in lower-case hexadecimal digits. */
public final class Digest {
  private static final int BLOCK_BYTES = 1 << 16;

  private Digest() {}

  /**
   * Of a file's bytes.
   *
   * @throws JacquardException if it cannot be read
   */
  public static String of(Path file) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] block = new byte[BLOCK_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
    } catch (IOException e) {
      throw new JacquardException("cannot read " + file + ": " + IoReason.of(e), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
