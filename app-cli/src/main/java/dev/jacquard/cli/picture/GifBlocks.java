package dev.jacquard.cli.picture;

import java.io.EOFException;
import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStream;

/**
 * What the blocks of a GIF file tell before it is decoded: how many images it has, and how many
 * bytes of extensions, which a decoder may gather in quadratic time.
 */
final class GifBlocks {
  private static final int SCREEN_BYTES = 10;
  private static final int PLACE_BYTES = 8;
  private static final int IMAGE = 0x2C;
  private static final int EXTENSION = 0x21;
  private static final int TRAILER = 0x3B;
  private static final int PLAIN_TEXT = 0x01;
  private static final int GRAPHIC_CONTROL = 0xF9;
  private static final int APPLICATION = 0xFF;

  private final Octets octets;
  private int images;
  private long extensionBytes;

  private GifBlocks(Octets octets) {
    this.octets = octets;
  }

  /**
   * Reads the blocks up to the trailer, wherever the stream stands, and rewinds it.
   *
   * @throws IOException if the file is damaged or cut off
   */
  static GifBlocks read(ImageInputStream in) throws IOException {
    in.seek(0);
    GifBlocks blocks = new GifBlocks(new Octets(in));
    blocks.walk();
    in.seek(0);
    return blocks;
  }

  /** Images, more than one in an animation. */
  int images() {
    return images;
  }

  /** Bytes in extensions: comments, what programs add, and the like. */
  long extensionBytes() {
    return extensionBytes;
  }

  private void walk() throws IOException {
    skip(SCREEN_BYTES);
    skipColours(octet());
    // The ground and the proportions of a pixel.
    skip(2);
    for (int block = octet(); block != TRAILER; block = octet()) {
      switch (block) {
        case IMAGE -> skipImage();
        case EXTENSION -> skipExtension();
        default -> throw new IIOException("there is no block of type " + block);
      }
    }
  }

  private void skipImage() throws IOException {
    images++;
    skip(PLACE_BYTES);
    skipColours(octet());
    // The length of the first codes.
    skip(1);
    skipPieces(octet());
  }

  private void skipExtension() throws IOException {
    int label = octet();
    int first = octet();
    // A decoder takes these to be so long whatever they say, and would then read something else.
    boolean usual =
        switch (label) {
          case GRAPHIC_CONTROL -> first == 4;
          case PLAIN_TEXT -> first == 12;
          case APPLICATION -> first > 0;
          default -> true;
        };
    long bytes = skipPieces(first);
    if (!usual || (label == GRAPHIC_CONTROL && bytes != first)) {
      throw new IIOException("an extension of type " + label + " has another length");
    }
    extensionBytes += bytes;
  }

  /** A table of colours, if the flags say that there is one. */
  private void skipColours(int flags) throws IOException {
    if ((flags & 0x80) != 0) {
      skip(3 << ((flags & 7) + 1));
    }
  }

  /** Pieces that each begin with their length, up to one of 0; returns the sum. */
  private long skipPieces(int first) throws IOException {
    long sum = 0;
    for (int length = first; length > 0; length = octet()) {
      skip(length);
      sum += length;
    }
    return sum;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      octet();
    }
  }

  private int octet() throws IOException {
    int octet = octets.read();
    if (octet < 0) {
      throw new EOFException("it ends too soon");
    }
    return octet;
  }
}
