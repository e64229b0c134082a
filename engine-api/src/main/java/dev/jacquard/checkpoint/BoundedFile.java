package dev.jacquard.checkpoint;

import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads files that may be larger than they should be, or than they say: a device has no end. */
public final class BoundedFile {
  private BoundedFile() {}

  /**
   * A file's text in UTF-8.
   *
   * @param most bytes that it may have
   * @throws JacquardException if it has more, without the file's name
   * @throws IOException if it cannot be read or is no such text
   */
  public static String requireText(Path file, int most) throws IOException {
    return text(file, most)
        .orElseThrow(() -> new JacquardException("the file is larger than " + most + " bytes"));
  }

  /**
   * A file's text in UTF-8.
   *
   * @param most bytes that it may have
   * @return empty if it has more
   * @throws IOException if it cannot be read or is no such text
   */
  public static Optional<String> text(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      return bytes.length > most
          ? Optional.empty()
          : Optional.of(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    }
  }
}
