package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cli.DocumentBlock.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How documents are read: what passes too easily would hold nothing. */
class DocumentBlockTest {
  @TempDir Path folder;

  private static boolean shows(String text, String output) {
    return new DocumentBlock(1, Kind.OUTPUT, "", text).output().matcher(output).find();
  }

  @Test
  void outputIsHeldLineByLine() {
    assertTrue(shows("b\nc\n", "a\nb\nc\nd\n"));
    assertFalse(shows("b\nc\n", "a\nb\nx\nc\n"), "a line between");
    assertFalse(shows("b\n", "bb\n"), "more on the line");
    assertTrue(shows("b\n...\nc\n", "b\nc\n"));
    assertTrue(shows("b\n...\nc\n", "b\nx\ny\nc\n"));
    assertFalse(shows("b\n...\nc\n", "c\nb\n"), "another order");
    assertTrue(shows("epoch ... done\n", "epoch 3 is done\n"));
  }

  @Test
  void onlyNumbersWithAPointMayDiffer() {
    assertTrue(shows("loss 0.25, 12 steps\n", "loss 1.5, 12 steps\n"));
    assertFalse(shows("loss 0.25, 12 steps\n", "loss 0.25, 13 steps\n"));
    assertFalse(shows("loss 0.25\n", "loss NaN\n"));
  }

  @Test
  void blocksAreKnownByWhatStandsBeforeAndBehindTheFence() throws Exception {
    Path file = folder.resolve("document.md");
    Files.writeString(
        file,
        """
        `a/b.txt`:

        ```text
        in it
        ```

        See `c.txt`:

        ```sh
        ./jacquard train --network 'a b' \\
            --quiet   # at once
        jar
        ```

        ```text
        out
        ```

        ```xml
        <for-readers/>
        ```
        """);
    List<DocumentBlock> blocks = DocumentBlock.of(file);
    assertEquals(
        List.of(Kind.FILE, Kind.COMMANDS, Kind.OUTPUT),
        blocks.stream().map(DocumentBlock::kind).toList());
    assertEquals(new DocumentBlock(3, Kind.FILE, "a/b.txt", "in it\n"), blocks.get(0));
    assertEquals(
        List.of(List.of("./jacquard", "train", "--network", "a b", "--quiet"), List.of("jar")),
        blocks.get(1).commands());
  }
}
