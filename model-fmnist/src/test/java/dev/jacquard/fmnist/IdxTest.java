package dev.jacquard.fmnist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class IdxTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = folder.resolve("images");
  }

  @Test
  void readsPlainAndCompressedImagesByContent() throws IOException {
    byte[] images = IdxFiles.bytes(12, 0x803, 2, 2, 3);
    byte[] expected = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

    Files.write(file, images);
    assertArrayEquals(expected, Idx.images(file, 2, 3));
    Files.write(file, IdxFiles.gzip(images));
    assertArrayEquals(expected, Idx.images(file, 2, 3));
  }

  @Test
  void readsLabels() throws IOException {
    Files.write(file, IdxFiles.labels(3, 0, 9));
    assertArrayEquals(new int[] {3, 0, 9}, Idx.labels(file, 10));
  }

  @Test
  void tellsImagesFromOthers() throws IOException {
    Files.write(file, IdxFiles.gzip(IdxFiles.images(1)));
    assertTrue(Idx.isImages(file));
    Files.write(file, IdxFiles.labels(1));
    assertFalse(Idx.isImages(file));
    Files.write(file, new byte[] {0, 0, 8});
    assertFalse(Idx.isImages(file));
    assertFalse(Idx.isImages(folder.resolve("missing")));
  }

  @Test
  void refusesWrongMagic() throws IOException {
    Files.write(file, IdxFiles.labels(1, 2));
    assertRefused(
        "expected the magic number 0x00000803 of IDX images, received 0x00000801;"
            + " this is a file of labels");
    Files.write(file, new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    assertRefused(
        "expected the magic number 0x00000803 of IDX images, received 0x89504E47;"
            + " the file is damaged or of another kind");
    Files.write(file, IdxFiles.gzip(IdxFiles.images(1)));
    assertMessage(
        file
            + ": expected the magic number 0x00000801 of IDX labels, received 0x00000803;"
            + " this is a file of images",
        () -> Idx.labels(file, 10));
  }

  @Test
  void refusesATruncatedHeader() throws IOException {
    Files.write(file, Arrays.copyOf(IdxFiles.images(1), 15));
    assertRefused(
        "expected an IDX header of 16 bytes, received 15; the file is truncated, get it again");
    Files.write(file, new byte[0]);
    assertRefused(
        "expected an IDX header of 16 bytes, received 0; the file is truncated, get it again");
  }

  @Test
  void refusesImagesOfAnotherSize() throws IOException {
    Files.write(file, IdxFiles.bytes(1024, 0x803, 1, 32, -1));
    assertRefused(
        "expected images of 28x28, received 32x4294967295;"
            + " scale them first or give another file");
  }

  @Test
  void refusesNoImagesAtAll() throws IOException {
    Files.write(file, IdxFiles.bytes(0, 0x803, 0, 28, 28));
    assertRefused("expected at least one item, received 0 images of 28x28; get the file again");
  }

  @Test
  void refusesTooFewImages() throws IOException {
    byte[] shorter = Arrays.copyOf(IdxFiles.images(3), 16 + 2000);
    String message =
        "expected 3 images of 28x28, 2352 bytes, received 2000;"
            + " the file is truncated, get it again";
    Files.write(file, shorter);
    assertRefused(message);
    Files.write(file, IdxFiles.gzip(shorter));
    assertRefused(message);
  }

  @Test
  void refusesACutGzipFile() throws IOException {
    byte[] whole = IdxFiles.gzip(IdxFiles.images(40));
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    String message =
        assertThrows(JacquardException.class, () -> Idx.images(file, 28, 28)).getMessage();
    assertTrue(
        message.matches(
            ".*images: expected 40 images of 28x28, 31360 bytes, received [0-9]+;"
                + " the file is truncated, get it again"),
        message);
  }

  /** All the pixels are there; what is cut off is the trailer that tells whether they are right. */
  @Test
  void refusesAGzipFileWithoutItsTrailerOrHeader() throws IOException {
    byte[] whole = IdxFiles.gzip(IdxFiles.images(2));
    for (int bytes : new int[] {3, 9, whole.length - 8, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, bytes));
      assertRefused("the gzip data is truncated; get the file again");
    }
  }

  @Test
  void refusesTooManyBytes() throws IOException {
    byte[] longer = Arrays.copyOf(IdxFiles.images(2), 16 + 1569);
    String message =
        "expected 2 images of 28x28, 1568 bytes, received more; the file is damaged, get it again";
    Files.write(file, longer);
    assertRefused(message);
    Files.write(file, IdxFiles.gzip(longer));
    assertRefused(message);
  }

  /** Neither header is borne out by the file's length, so that no memory is taken. */
  @Test
  void refusesAPromiseThatTheFileCannotKeep() throws IOException {
    byte[] boasting = IdxFiles.bytes(784, 0x803, -1, 28, 28);
    Files.write(file, boasting);
    assertRefused(
        "expected 4294967295 images of 28x28, 3367254359280 bytes, received 784;"
            + " the file is truncated, get it again");
    Files.write(file, IdxFiles.gzip(boasting));
    assertRefused(
        "expected 4294967295 images of 28x28, 3367254359280 bytes, received fewer;"
            + " the file is truncated, get it again");
  }

  /** A hundred megabytes of zeros behind one image: reading them all would take a while. */
  @Test
  void stopsAtTheFirstByteTooManyOfAGzipBomb() throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(IdxFiles.images(1));
      for (int i = 0; i < 100; i++) {
        out.write(new byte[1 << 20]);
      }
    }
    assertRefused(
        "expected 1 images of 28x28, 784 bytes, received more; the file is damaged, get it again");
  }

  @Test
  void refusesDamagedGzipData() throws IOException {
    byte[] damaged = IdxFiles.gzip(IdxFiles.images(2));
    damaged[damaged.length - 6] ^= 1;
    Files.write(file, damaged);
    assertRefused("the gzip data is damaged (Corrupt GZIP trailer); get the file again");
  }

  @Test
  void refusesALabelWithoutAClass() throws IOException {
    Files.write(file, IdxFiles.labels(0, 9, 10));
    assertMessage(
        file
            + ": label 2: expected 0 to 9, received 10;"
            + " the file is damaged or of another data set",
        () -> Idx.labels(file, 10));
    Files.write(file, IdxFiles.labels(255));
    assertMessage(
        file
            + ": label 0: expected 0 to 9, received 255;"
            + " the file is damaged or of another data set",
        () -> Idx.labels(file, 10));
  }

  @Test
  void refusesAMissingFile() {
    assertMessage(
        "cannot read " + file + ": no such file; check the path", () -> Idx.images(file, 28, 28));
  }

  private void assertRefused(String expected) {
    assertMessage(file + ": " + expected, () -> Idx.images(file, 28, 28));
  }

  private static void assertMessage(String expected, Executable action) {
    assertEquals(expected, assertThrows(JacquardException.class, action).getMessage());
  }
}
