package dev.jacquard.cli.picture;

import java.awt.image.BufferedImage;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes the contents of picture files. */
final class PictureFiles {
  private PictureFiles() {}

  /** An image of a type of {@link BufferedImage} with the same sample in every band. */
  static BufferedImage image(int type, int width, int height, IntBinaryOperator sample) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int b = 0; b < image.getRaster().getNumBands(); b++) {
          image.getRaster().setSample(x, y, b, sample.applyAsInt(x, y));
        }
      }
    }
    return image;
  }

  /** A grey image. */
  static BufferedImage grey(int width, int height, IntBinaryOperator sample) {
    return image(BufferedImage.TYPE_BYTE_GRAY, width, height, sample);
  }

  /** A file with this image. */
  static byte[] file(String format, RenderedImage image) {
    return written(
        format,
        (writer, out) -> {
          ImageWriteParam param = writer.getDefaultWriteParam();
          if (format.equals("jpeg")) {
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(1);
          }
          writer.write(null, new IIOImage(image, null, null), param);
        });
  }

  interface Writing {
    void write(ImageWriter writer, ImageOutputStream out) throws IOException;
  }

  static byte[] written(String format, Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writing.write(writer, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** A GIF file of these images. */
  static byte[] animation(List<BufferedImage> images) {
    return written(
        "gif",
        (writer, out) -> {
          writer.prepareWriteSequence(null);
          for (BufferedImage image : images) {
            writer.writeToSequence(new IIOImage(image, null, null), null);
          }
          writer.endWriteSequence();
        });
  }

  /** A JPEG file with an EXIF segment that gives this orientation. */
  static byte[] exif(byte[] jpeg, int orientation, boolean littleEndian) {
    String order = littleEndian ? "II*\0\10\0\0\0\1\0" : "MM\0*\0\0\0\10\0\1";
    String entry =
        littleEndian
            ? "\22\1\3\0\1\0\0\0" + (char) orientation + "\0\0\0"
            : "\1\22\0\3\0\0\0\1\0" + (char) orientation + "\0\0";
    return withSegment(jpeg, 0xE1, "Exif\0\0" + order + entry + "\0\0\0\0");
  }

  /** A JPEG file with one more segment behind its start, a character being a byte. */
  static byte[] withSegment(byte[] jpeg, int marker, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(jpeg.length + 4 + bytes.length)
        .put(jpeg, 0, 2)
        .put((byte) 0xFF)
        .put((byte) marker)
        .putShort((short) (bytes.length + 2))
        .put(bytes)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  /** A PNG file that promises a size, with the data of one byte. */
  static byte[] png(int width, int height) {
    byte[] header =
        ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[] {8, 0}).array();
    Deflater deflater = new Deflater();
    deflater.setInput(new byte[1]);
    deflater.finish();
    byte[] data = new byte[64];
    int length = deflater.deflate(data);
    deflater.end();
    return ByteBuffer.allocate(8 + 25 + 12 + length + 12)
        .put("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1))
        .put(chunk("IHDR", header))
        .put(chunk("IDAT", Arrays.copyOf(data, length)))
        .put(chunk("IEND", new byte[0]))
        .array();
  }

  /** A PNG file with one more chunk behind its header. */
  static byte[] withChunk(byte[] png, String type, byte[] content) {
    byte[] chunk = chunk(type, content);
    return ByteBuffer.allocate(png.length + chunk.length)
        .put(png, 0, 33)
        .put(chunk)
        .put(png, 33, png.length - 33)
        .array();
  }

  private static byte[] chunk(String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    return ByteBuffer.allocate(12 + content.length)
        .putInt(content.length)
        .put(name)
        .put(content)
        .putInt((int) crc.getValue())
        .array();
  }
}
