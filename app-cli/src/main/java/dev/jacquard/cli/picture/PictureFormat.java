package dev.jacquard.cli.picture;

import dev.jacquard.error.JacquardException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The formats of picture files that can be read, told by how a file begins. */
enum PictureFormat {
  PNG,
  JPEG,
  GIF,
  BMP;

  /** As many bytes as tell the formats apart. */
  static final int HEAD_BYTES = 18;

  /** The sizes that the second header of a BMP file can have, by version. */
  private static final List<Integer> BMP_HEADERS = List.of(12, 40, 52, 56, 108, 124);

  /**
   * The format of a file.
   *
   * @param name of the file, for messages
   * @param head its first {@link #HEAD_BYTES}, fewer if there are no more
   * @throws JacquardException if it is none of them; a {@link NoPictureException} if it is no
   *     picture at all
   */
  static PictureFormat of(String name, byte[] head) {
    return find(head).orElseThrow(() -> none(name, head));
  }

  private static JacquardException none(String name, byte[] head) {
    String expected = name + ": expected a picture (PNG, JPEG, GIF or BMP), received ";
    if (head.length == 0) {
      return new NoPictureException(expected + "an empty file", "an empty file");
    }
    Optional<String> other = other(head);
    if (other.isPresent()) {
      return new JacquardException(expected + other.get() + "; " + Stranger.CONVERT);
    }
    Stranger stranger = Stranger.of(head, head.length < HEAD_BYTES);
    return new NoPictureException(
        expected + stranger.what() + "; " + stranger.remedy(), stranger.what());
  }

  /** Whether a file that begins so is a picture, of these formats or of another. */
  static boolean isPicture(byte[] head) {
    return find(head).isPresent() || other(head).isPresent();
  }

  private static Optional<PictureFormat> find(byte[] head) {
    if (begins(head, 0, "89504E470D0A1A0A")) {
      return Optional.of(PNG);
    }
    if (begins(head, 0, "FFD8FF")) {
      return Optional.of(JPEG);
    }
    if (begins(head, 0, "GIF87a".getBytes(StandardCharsets.US_ASCII))
        || begins(head, 0, "GIF89a".getBytes(StandardCharsets.US_ASCII))) {
      return Optional.of(GIF);
    }
    return begins(head, 0, "424D")
            && head.length == HEAD_BYTES
            && BMP_HEADERS.contains(head[14] & 0xFF)
            && begins(head, 15, "000000")
        ? Optional.of(BMP)
        : Optional.empty();
  }

  /** What a picture is that is of another format, or a film, which users may take for one. */
  private static Optional<String> other(byte[] head) {
    if (begins(head, 0, "RIFF".getBytes(StandardCharsets.US_ASCII))
        && begins(head, 8, "WEBP".getBytes(StandardCharsets.US_ASCII))) {
      return Optional.of("a WebP picture");
    }
    if (begins(head, 0, "49492A00") || begins(head, 0, "4D4D002A")) {
      return Optional.of("a TIFF picture");
    }
    if (begins(head, 4, "ftyp".getBytes(StandardCharsets.US_ASCII))) {
      String brand = text(head, 8, 12);
      return Optional.of(
          brand.startsWith("av")
              ? "an AVIF picture"
              : List.of("heic", "heix", "mif1", "msf1").contains(brand)
                  ? "a HEIC picture"
                  : "a video");
    }
    return Optional.empty();
  }

  private static String text(byte[] head, int from, int to) {
    int end = Math.min(to, head.length);
    return new String(
        head, Math.min(from, end), Math.max(0, end - from), StandardCharsets.ISO_8859_1);
  }

  private static boolean begins(byte[] head, int at, String hex) {
    return begins(head, at, HexFormat.of().parseHex(hex));
  }

  private static boolean begins(byte[] head, int at, byte[] with) {
    return head.length >= at + with.length
        && Arrays.equals(head, at, at + with.length, with, 0, with.length);
  }
}
