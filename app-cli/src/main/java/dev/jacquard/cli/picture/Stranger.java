package dev.jacquard.cli.picture;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A file that is no picture, described for whoever gave it as one.
 *
 * @param what it is
 * @param remedy what to do about it
 */
record Stranger(String what, String remedy) {
  /** The remedy for what shows something. */
  static final String CONVERT = "convert it to PNG or JPEG";

  private static final String IDX_LABELS = "\0\0\b\1";
  private static final String GZIP = "\37\213";
  private static final int SHOWN_BYTES = 8;

  /**
   * Describes a file that begins so.
   *
   * @param isWhole whether the file has no further bytes
   */
  static Stranger of(byte[] head, boolean isWhole) {
    // Both may begin as text does, and can be made pictures.
    if (begins(head, "%PDF-")) {
      return new Stranger("a PDF document", CONVERT);
    }
    if (begins(head, "<svg")) {
      return new Stranger("an SVG drawing", CONVERT);
    }
    if (begins(head, IDX_LABELS)) {
      return new Stranger("labels in an IDX file", "give the file of the images");
    }
    if (begins(head, GZIP)) {
      return new Stranger("a gzip file without IDX images in it", "give a picture file");
    }
    Optional<String> text = text(head, isWhole);
    if (text.isPresent()) {
      return new Stranger(
          "text"
              + text.get()
                  .lines()
                  .filter(line -> !line.isBlank())
                  .findFirst()
                  .map(line -> " that begins with \"" + line.strip() + "\"")
                  .orElse(""),
          "give a picture file");
    }
    byte[] shown = Arrays.copyOf(head, Math.min(SHOWN_BYTES, head.length));
    String ascii = new String(shown, StandardCharsets.ISO_8859_1);
    return new Stranger(
        "a file that begins with "
            + (ascii.chars().allMatch(c -> c >= ' ' && c < 127)
                ? "\"" + ascii + "\""
                : HexFormat.ofDelimiter(" ").formatHex(shown)),
        CONVERT);
  }

  private static boolean begins(byte[] head, String with) {
    return new String(head, StandardCharsets.ISO_8859_1).startsWith(with);
  }

  /** The bytes as text, if they are UTF-8 without control characters; the last may be cut. */
  private static Optional<String> text(byte[] head, boolean isWhole) {
    CharBuffer chars = CharBuffer.allocate(head.length);
    boolean isUtf8 =
        !StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(head), chars, isWhole)
            .isError();
    String text = chars.flip().toString();
    boolean hasControls =
        text.chars().anyMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c));
    return isUtf8 && !hasControls ? Optional.of(text.replace("\uFEFF", "")) : Optional.empty();
  }
}
