package dev.jacquard.cli.picture;

import java.io.IOException;
import javax.imageio.stream.ImageInputStream;

/**
 * What the markers of a JPEG file tell before it is decoded: how many components and scans it has,
 * whether the decoder must hold all of it, or does not know its kind, whether its end is there, and
 * which way up it is.
 */
final class JpegMarkers {
  private static final int START_OF_IMAGE = 0xD8;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;
  private static final int APP1 = 0xE1;
  private static final int PROGRESSIVE = 0xC2;

  private final Octets octets;
  private int components;
  private boolean held;
  private int scans;
  private boolean ends;
  private int orientation = Exif.UPRIGHT;
  private String unknown = "";

  private JpegMarkers(Octets octets) {
    this.octets = octets;
  }

  /** Reads the markers of the file's first image, wherever the stream stands, and rewinds it. */
  static JpegMarkers read(ImageInputStream in) throws IOException {
    in.seek(0);
    JpegMarkers markers = new JpegMarkers(new Octets(in));
    markers.walk();
    in.seek(0);
    return markers;
  }

  /** Colour components: 1 grey, 3 colours, 4 inks. */
  int components() {
    return components;
  }

  /**
   * Whether a decoder must hold all of it: it comes in ever finer passes over the whole, or in one
   * for each component.
   */
  boolean isHeld() {
    return held;
  }

  /**
   * The kind that it is of, such as {@code "a lossless one"}, if the decoder does not know it; else
   * empty.
   */
  String unknown() {
    return unknown;
  }

  /** Passes over the picture. */
  int scans() {
    return scans;
  }

  /** Whether its end is there. */
  boolean ends() {
    return ends;
  }

  /** EXIF's orientation, 1 to 8. */
  int orientation() {
    return orientation;
  }

  private void walk() throws IOException {
    for (int marker = marker(); marker >= 0; marker = marker()) {
      if (marker == END_OF_IMAGE) {
        ends = true;
        return;
      }
      if (marker != START_OF_IMAGE && !segment(marker)) {
        return;
      }
    }
  }

  /** The next marker, with what stands before it passed over; -1 at the end of the file. */
  private int marker() throws IOException {
    while (true) {
      int octet = octets.read();
      while (octet >= 0 && octet != 0xFF) {
        octet = octets.read();
      }
      int code = octet < 0 ? octet : code();
      // A zero says that the 0xFF was data; 0xD0 to 0xD7 divide a scan's data, 0x01 is alone.
      if (code < 0 || (code > 0x01 && (code < 0xD0 || code > 0xD7))) {
        return code;
      }
    }
  }

  /** What stands behind one or more 0xFF. */
  private int code() throws IOException {
    int code = 0xFF;
    while (code == 0xFF) {
      code = octets.read();
    }
    return code;
  }

  /** Reads or skips what belongs to a marker; returns whether it is whole. */
  private boolean segment(int marker) throws IOException {
    int length = (octets.read() << 8 | octets.read()) - 2;
    if (length < 0) {
      return false;
    }
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      int octet = octets.read();
      if (octet < 0) {
        return false;
      }
      content[i] = (byte) octet;
    }
    if (marker == START_OF_SCAN) {
      scans++;
      held |= length > 0 && (content[0] & 0xFF) < components;
    } else if (isFrame(marker) && length > 5) {
      components = content[5] & 0xFF;
      held |= marker == PROGRESSIVE;
      unknown = unknown(marker, content[0] & 0xFF);
    } else if (marker == APP1 && orientation == Exif.UPRIGHT) {
      orientation = Exif.orientation(content);
    }
    return true;
  }

  /** The code of a frame says how it is compressed: of each four, the last is lossless. */
  private static String unknown(int marker, int bits) {
    if ((marker & 3) == 3) {
      return "a lossless one";
    }
    if (marker > 0xC8) {
      return "an arithmetic-coded one";
    }
    if (marker > PROGRESSIVE) {
      return "a hierarchical one";
    }
    return bits == 12 ? "one of 12 bits a colour" : "";
  }

  /** Of the codes from 0xC0 on, three are tables. */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }
}
