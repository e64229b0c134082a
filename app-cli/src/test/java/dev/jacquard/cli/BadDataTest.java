package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Data sets that {@code train} refuses, each with one line, and with nothing left behind. */
class BadDataTest {
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path folder;

  static Stream<Arguments> damages() {
    return Stream.of(
        damage(
            IMAGES,
            "expected the magic number 0x00000803 of IDX images, received 0x00000801; this is a"
                + " file of labels",
            bytes -> with(bytes, 3, 1)),
        damage(
            IMAGES,
            "expected 60 images of 28x28, 47040 bytes, received 47039; the file is truncated, get"
                + " it again",
            bytes -> Arrays.copyOf(bytes, bytes.length - 1)),
        damage(
            IMAGES,
            "expected 60 images of 28x28, 47040 bytes, received more; the file is damaged, get it"
                + " again",
            bytes -> Arrays.copyOf(bytes, bytes.length + 1)),
        damage(
            LABELS,
            "expected 60 labels, one for each image in train-images-idx3-ubyte, received 59; get"
                + " both files again",
            bytes -> with(Arrays.copyOf(bytes, bytes.length - 1), 7, 59)),
        damage(
            LABELS,
            "label 4: expected 0 to 9, received 10; the file is damaged or of another data set",
            bytes -> with(bytes, 12, 10)));
  }

  private static Arguments damage(String file, String message, UnaryOperator<byte[]> damage) {
    return Arguments.of(file, message, damage);
  }

  private static byte[] with(byte[] bytes, int index, int value) {
    byte[] other = bytes.clone();
    other[index] = (byte) value;
    return other;
  }

  @ParameterizedTest
  @MethodSource("damages")
  void isRefused(String name, String message, UnaryOperator<byte[]> damage) throws IOException {
    Object[] train = Tiny.train(folder);
    Path file = folder.resolve("data").resolve(name);
    Files.write(file, damage.apply(Files.readAllBytes(file)));
    Path run = folder.resolve("run");
    assertEquals(
        new Outcome(1, "", "jacquard: " + file + ": " + message + "\n"),
        Outcome.with(train, "--out", run));
    assertFalse(Files.exists(run));
  }

  @Test
  void aFolderWithoutTheFilesIsRefused() {
    Path run = folder.resolve("run");
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: --data "
                + folder
                + ": expected a folder with the four IDX files of Fashion-MNIST, but"
                + " train-images-idx3-ubyte[.gz] is not there; give another folder, or leave"
                + " --data out to have it looked for elsewhere\n"),
        Outcome.of("train", "--data", folder, "--out", run));
    assertFalse(Files.exists(run));
  }
}
