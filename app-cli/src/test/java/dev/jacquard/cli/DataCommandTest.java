package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code data}. */
class DataCommandTest {
  @TempDir Path folder;

  @Test
  void withoutACommandItSaysWhereTheDataIs() {
    Path data = Tiny.data(folder);
    assertEquals(
        new Outcome(0, "Fashion-MNIST is in " + data + "\n", ""),
        Outcome.of("data", "--data", data));
  }

  @Test
  void fetchLeavesWhatIsThere() {
    Path data = Tiny.data(folder);
    assertEquals(
        new Outcome(0, "Fashion-MNIST is in " + data + ": 60 training and 20 test images\n", ""),
        Outcome.of("data", "fetch", "--data", data));
  }

  @Test
  void showWritesThePictureAndTheLabel() throws IOException {
    Path png = folder.resolve("three.png");
    Outcome outcome =
        Outcome.of("data", "show", 3, "--binary", "--data", Tiny.data(folder), "--out", png);
    String bar = "█".repeat(56) + "\n";
    assertEquals(
        new Outcome(
            0,
            "\n".repeat(9)
                + bar.repeat(3)
                + "\n".repeat(16)
                + """
                Item 3 of Fashion-MNIST train: Dress
                Label: 3, one-hot [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
                Shape: [28, 28, 1], values 0.0000 to 1.0000
                """
                + "Picture: "
                + png
                + "\n",
            ""),
        outcome);
    var image = ImageIO.read(png.toFile());
    assertEquals(280, image.getWidth());
    assertEquals(0, image.getRaster().getSample(5, 85, 0));
    assertEquals(255, image.getRaster().getSample(5, 95, 0));
  }

  @Test
  void showWritesThePictureAloneToTheStandardOutput() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] command = {"data", "show", "3", "--data", Tiny.data(folder).toString(), "--out", "-"};
    assertEquals(0, Main.run(command, new PrintStream(out), new PrintStream(err)));
    assertEquals(280, ImageIO.read(new ByteArrayInputStream(out.toByteArray())).getWidth());
    assertEquals((byte) 0x89, out.toByteArray()[0]);
    assertEquals(0, err.size());
  }

  @Test
  void showTakesARandomItemWithoutAnIndex() {
    Outcome outcome =
        Outcome.of(
            "data",
            "show",
            "--split",
            "test",
            "--data",
            Tiny.data(folder),
            "--out",
            folder.resolve("any.png"));
    assertEquals(0, outcome.status());
    assertTrue(outcome.out().contains(" of Fashion-MNIST test: "), outcome.out());
  }

  @Test
  void showRefusesAFolderThatIsNotThereBeforeItShowsAnything() {
    Path missing = folder.resolve("missing");
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: cannot write "
                + missing.resolve("a.png")
                + ": the folder "
                + missing
                + " does not exist; create it or choose another folder\n"),
        Outcome.of(
            "data", "show", 3, "--data", Tiny.data(folder), "--out", missing.resolve("a.png")));
  }

  @Test
  void showRefusesAnItemThatIsNotThere() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: INDEX: expected 0 to 59, received 60
            Run 'jacquard data show --help' for its usage.
            """),
        Outcome.of("data", "show", 60, "--data", Tiny.data(folder)));
  }

  @Test
  void statsCountTheClasses() {
    Path data = Tiny.data(folder);
    String out = Outcome.of("data", "stats", "--data", data).out();
    assertTrue(out.contains("train: images [60, 28, 28, 1], labels [60], bytes 0 to 249"), out);
    assertTrue(out.contains("\n9 Ankle boot       6     2\n"), out);
    JsonNode json = Outcome.of("data", "stats", "--json", "--data", data).json();
    assertEquals("[20,28,28,1]", json.get("test").get("shape").toString());
    assertEquals("[6,6,6,6,6,6,6,6,6,6]", json.get("train").get("class_counts").toString());
    assertEquals(10, json.get("classes").size());
  }
}
