package dev.jacquard.cli.picture;

import dev.jacquard.cli.console.Numbers;
import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes a picture file as if it were hostile. What its header promises is checked before memory
 * is taken, and of a picture with millions of pixels only every so many are kept.
 */
final class Decoder {
  /** The most pixels that are decoded, of which those kept are fewer. */
  private static final long MAX_PIXELS = 1L << 28;

  /**
   * The same for what a decoder must hold whole: JPEG in several passes, and BMP in run lengths.
   */
  private static final long MAX_HELD_PIXELS = 1L << 26;

  private static final int MAX_SIDE = 65_535;

  /** About as many pixels are kept, thousands for each that a network sees. */
  private static final long KEPT_PIXELS = 1L << 21;

  /** More passes than any encoder makes; each costs the time of the whole picture. */
  private static final int MAX_SCANS = 100;

  /** More than comments need; the decoder gathers them in quadratic time. */
  private static final long MAX_EXTENSION_BYTES = 1L << 20;

  private static final int PNG_CHUNKS = 8;
  private static final int PNG_DATA = 0x49444154;
  private static final int PNG_ANIMATION = 0x6163544C;
  private static final int BMP_SIZE = 14;
  private static final int BMP_COMPRESSION = 30;
  private static final int BMP_RUNS_8 = 1;
  private static final int BMP_RUNS_4 = 2;
  private static final int BMP_JPEG = 4;
  private static final int BMP_PNG = 5;

  private final String name;
  private final ImageInputStream in;
  private final List<String> done;

  /** What is done to the picture is added to {@code done}. */
  Decoder(String name, ImageInputStream in, List<String> done) {
    this.name = name;
    this.in = in;
    this.done = done;
  }

  /**
   * Decodes the picture, the right way up.
   *
   * @throws JacquardException if it is none, is damaged, too large, or of a kind that is not read
   */
  Pixels decode() {
    try {
      PictureFormat format = PictureFormat.of(name, head());
      try {
        return decode(format);
      } catch (IOException | RuntimeException e) {
        if (e.getCause() instanceof OutOfMemoryError memory) {
          // The PNG reader wraps it, but the file may be sound.
          throw memory;
        }
        throw e instanceof JacquardException known ? known : damaged(format, e);
      }
    } catch (IOException e) {
      throw new JacquardException("cannot read " + name + ": " + IoReason.of(e), e);
    }
  }

  private byte[] head() throws IOException {
    byte[] head = new byte[PictureFormat.HEAD_BYTES];
    int count = 0;
    for (int read = 0; read >= 0 && count < head.length; count += Math.max(0, read)) {
      read = in.read(head, count, head.length - count);
    }
    in.seek(0);
    return Arrays.copyOf(head, count);
  }

  private JacquardException damaged(PictureFormat format, Exception e) {
    String reason =
        e.getCause() != null && e.getCause().getMessage() != null
            ? e.getCause().getMessage()
            : e.getMessage();
    return new JacquardException(
        name
            + ": the "
            + format
            + " data is damaged or cut off"
            + (reason == null ? "" : " (" + reason.lines().findFirst().orElse("") + ")")
            + "; get the file again, or save it anew as PNG",
        e);
  }

  private Pixels decode(PictureFormat format) throws IOException {
    int orientation = Exif.UPRIGHT;
    boolean held = false;
    switch (format) {
      case JPEG -> {
        JpegMarkers markers = JpegMarkers.read(in);
        requireUsual(markers);
        orientation = markers.orientation();
        held = markers.isHeld();
      }
      case PNG -> requireNoAnimation();
      case BMP -> held = inspectBmp();
      case GIF -> requireUsual(GifBlocks.read(in));
    }
    ImageReader reader =
        ImageIO.getImageReadersByFormatName(format.name().toLowerCase(Locale.ROOT)).next();
    Pixels pixels;
    try {
      // The metadata is not wanted, and may be long.
      reader.setInput(in, false, true);
      reader.addIIOReadWarningListener((source, warning) -> note("damaged in part: " + warning));
      pixels = decode(format, reader, held);
    } finally {
      reader.dispose();
    }
    if (orientation != Exif.UPRIGHT) {
      note("turned upright, as EXIF orientation " + orientation + " says");
    }
    return pixels.upright(orientation);
  }

  private void note(String line) {
    if (!done.contains(line)) {
      done.add(line);
    }
  }

  private Pixels decode(PictureFormat format, ImageReader reader, boolean held) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    requireSize(width, height, held);
    note(format + " of " + width + " x " + height);
    int every = (int) Math.ceil(Math.sqrt((double) width * height / KEPT_PIXELS));
    ImageReadParam param = reader.getDefaultReadParam();
    if (every > 1) {
      param.setSourceSubsampling(every, every, 0, 0);
      note("one pixel read of every " + every + " x " + every);
    }
    return Samples.of(name, reader.read(0, param));
  }

  private void requireSize(int width, int height, boolean held) {
    long most = held ? MAX_HELD_PIXELS : MAX_PIXELS;
    if (width > MAX_SIDE || height > MAX_SIDE || (long) width * height > most) {
      throw new JacquardException(
          name
              + ": expected at most "
              + Numbers.grouped(MAX_SIDE)
              + " pixels a side and "
              + Numbers.grouped(most)
              + " in all, received "
              + width
              + " x "
              + height
              + "; scale it down first");
    }
  }

  private void requireUsual(JpegMarkers markers) {
    if (markers.components() == 4) {
      throw new JacquardException(
          name
              + ": expected a JPEG in grey or RGB, received one in CMYK, made for printing; save it"
              + " in RGB");
    }
    if (!markers.unknown().isEmpty()) {
      throw new JacquardException(
          name
              + ": expected a JPEG of 8 bits a colour, baseline or progressive, received "
              + markers.unknown()
              + "; save it anew as PNG");
    }
    if (markers.scans() > MAX_SCANS) {
      throw new JacquardException(
          name
              + ": expected a JPEG of at most "
              + MAX_SCANS
              + " scans, received one of "
              + markers.scans()
              + "; save it anew");
    }
    if (!markers.ends()) {
      throw new JacquardException(
          name + ": the JPEG data is cut off, its end is not there; get the file again");
    }
  }

  private void requireUsual(GifBlocks blocks) {
    if (blocks.extensionBytes() > MAX_EXTENSION_BYTES) {
      throw new JacquardException(
          name
              + ": expected a GIF with at most "
              + Numbers.grouped(MAX_EXTENSION_BYTES)
              + " bytes of extensions, received one with "
              + Numbers.grouped(blocks.extensionBytes())
              + "; save it anew as PNG");
    }
    if (blocks.images() > 1) {
      throw animated();
    }
  }

  private JacquardException animated() {
    return new JacquardException(
        name
            + ": expected a single picture, received an animation of several; save the one that"
            + " is meant as a file of its own");
  }

  /** An animated PNG says so before its first image, which other readers show alone. */
  private void requireNoAnimation() throws IOException {
    in.seek(PNG_CHUNKS);
    while (true) {
      long length = in.readUnsignedInt();
      int type = in.readInt();
      if (type == PNG_DATA) {
        break;
      }
      long next = in.getStreamPosition() + length + Integer.BYTES;
      if (type == PNG_ANIMATION && in.readUnsignedInt() > 1) {
        throw animated();
      }
      in.seek(next);
    }
    in.seek(0);
  }

  /** Returns whether a BMP file's pixels come in run lengths. */
  private boolean inspectBmp() throws IOException {
    in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
    in.seek(BMP_SIZE);
    boolean old = in.readUnsignedInt() == 12;
    int width = old ? in.readUnsignedShort() : in.readInt();
    int height = old ? in.readUnsignedShort() : in.readInt();
    in.seek(BMP_COMPRESSION);
    long compression = old ? 0 : in.readUnsignedInt();
    in.seek(0);
    in.setByteOrder(ByteOrder.BIG_ENDIAN);
    // A negative height says that the rows come from top to bottom.
    requireSize(width, Math.abs(height), false);
    if (compression == BMP_JPEG || compression == BMP_PNG) {
      // Whatever size that has, it would escape the check.
      throw new JacquardException(
          name
              + ": expected a BMP of pixels, received one that wraps a "
              + (compression == BMP_JPEG ? "JPEG" : "PNG")
              + "; save it as that");
    }
    return compression == BMP_RUNS_8 || compression == BMP_RUNS_4;
  }
}
