package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cli.picture.Picture;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict} of folders, and of what is no picture. */
class PredictFolderTest {
  @TempDir static Path shared;
  private static Path run;
  @TempDir Path folder;

  @BeforeAll
  static void train() {
    run = shared.resolve("run");
    assertEquals(
        0, Outcome.with(Tiny.train(shared), "--epochs", 20, "--out", run, "--quiet").status());
  }

  private static Outcome predict(Object... more) {
    return Outcome.with(new Object[] {"predict", run, "--backend", "cpu", "--quiet"}, more);
  }

  private static byte[] png(int index) {
    return Picture.of(FashionMnist.load(shared.resolve("data"), Split.TEST), index).png();
  }

  private Path picture(String name, int index) {
    return Tiny.write(folder.resolve(name), png(index));
  }

  @Test
  void aFolderIsSortedAndNotEntered() {
    picture("pictures/b.png", 2);
    picture("pictures/a.png", 1);
    picture("pictures/.hidden.png", 2);
    picture("pictures/within/c.png", 2);
    Path pictures = folder.resolve("pictures");
    Outcome outcome = predict(pictures);
    assertEquals(0, outcome.status(), outcome.err());
    List<String> lines = outcome.out().lines().toList();
    assertEquals(2, lines.size());
    assertTrue(lines.get(0).startsWith(pictures.resolve("a.png") + "  Trouser "));
    assertTrue(lines.get(1).startsWith(pictures.resolve("b.png") + "  Pullover "));
    assertEquals("", outcome.err());
    Outcome loud = Outcome.of("predict", run, pictures, "--backend", "cpu");
    assertEquals(
        "Skipped " + pictures.resolve("within") + ": no picture, but a folder within a folder",
        loud.err().lines().findFirst().orElse(""));
  }

  @Test
  void aFolderOfFoldersIsNotCalledEmpty() {
    picture("pictures/within/c.png", 2);
    Path pictures = folder.resolve("pictures");
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: "
                + pictures
                + ": expected a folder of pictures, received one that has only folders, which are"
                + " not entered; give those\n"),
        predict(pictures));
  }

  private Path text(String name) {
    return Tiny.write(folder.resolve(name), "text".getBytes(StandardCharsets.UTF_8));
  }

  /** Whoever gives a folder need not know all that is in it. */
  @Test
  void whatIsNoPictureInAFolderIsSkipped() throws IOException {
    Path good = picture("pictures/b.png", 1);
    Path notes = text("pictures/notes.txt");
    Path empty = Files.createFile(folder.resolve("pictures/a"));
    Path pictures = folder.resolve("pictures");
    Outcome quiet = predict(pictures);
    assertEquals(0, quiet.status());
    assertTrue(quiet.out().startsWith(good + " "), quiet.out());
    assertEquals(1, quiet.out().lines().count());
    assertEquals("", quiet.err());
    Outcome loud = Outcome.of("predict", run, pictures, "--backend", "cpu");
    assertEquals(quiet.out(), loud.out());
    assertEquals(
        List.of(
            "Skipped " + empty + ": no picture, but an empty file",
            "Skipped " + notes + ": no picture, but text that begins with \"text\""),
        loud.err().lines().skip(1).toList());
    Files.delete(good);
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: expected pictures (PNG, JPEG, GIF or BMP), received none: 2 files are"
                + " something else; give others\n"),
        predict(pictures));
  }

  /** What is a picture was meant, and is missed by whoever counts the labels. */
  @Test
  void aPictureInAFolderThatCannotBeReadIsAFailure() {
    Path good = picture("pictures/b.png", 1);
    Path cut = Tiny.write(folder.resolve("pictures/a.png"), Arrays.copyOf(png(1), 60));
    Tiny.write(
        folder.resolve("pictures/c"), "RIFF____WEBPVP8 ".getBytes(StandardCharsets.US_ASCII));
    Outcome outcome = predict(folder.resolve("pictures"));
    assertEquals(1, outcome.status());
    assertTrue(outcome.out().startsWith(good + " "), outcome.out());
    List<String> lines = outcome.err().lines().toList();
    assertEquals(2, lines.size(), outcome.err());
    assertTrue(lines.get(0).startsWith("jacquard: " + cut + ": "), outcome.err());
    assertTrue(lines.get(1).contains("received a WebP picture"), outcome.err());
  }

  @Test
  void whatIsNoPictureIsToldAndTheOthersArePredicted() {
    Path good = picture("b.png", 1);
    Path bad = text("a.png");
    Path missing = folder.resolve("missing.png");
    Outcome outcome = predict(bad, good, missing);
    assertEquals(1, outcome.status());
    assertTrue(outcome.out().startsWith(good + " "), outcome.out());
    assertEquals(1, outcome.out().lines().count());
    assertEquals(
        "jacquard: cannot read "
            + missing
            + ": no such file; check the path\njacquard: "
            + bad
            + ": expected a picture (PNG, JPEG, GIF or BMP), received text that begins with"
            + " \"text\"; give a picture file\n",
        outcome.err());
  }

  @Test
  void whatIsMissingIsToldBeforeADeviceIsOpened() {
    Path missing = folder.resolve("missing.png");
    String failure = "jacquard: cannot read " + missing + ": no such file; check the path\n";
    Object[] command = {"predict", run, missing, "--backend", "cpu"};
    assertEquals(new Outcome(1, "", failure), Outcome.of(command));
    Path good = picture("b.png", 1);
    Outcome both = Outcome.with(command, good);
    assertEquals(1, both.status());
    assertEquals(1, both.out().lines().count(), both.out());
    assertTrue(both.err().startsWith(failure + "Device: cpu "), both.err());
  }

  @Test
  void anEmptyFolderIsSaid() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: " + empty + ": expected a folder of pictures, received an empty one\n"),
        predict(empty));
  }
}
