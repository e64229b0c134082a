package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.checkpoint.SafeTensors;
import dev.jacquard.checkpoint.TensorFile;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  @TempDir Path folder;
  private Path file;

  private static final Checkpoint CHECKPOINT =
      new Checkpoint(
          Map.of("dense/kernel", Tensor.of(Shape.of(2), 0.1f, -3e-9f)),
          new Progress(
              7,
              1,
              1 / 3.0,
              2,
              4,
              0.1,
              List.of(
                  new EpochResult(
                      1, 0.1, 2 / 3.0, OptionalDouble.of(1e-300), OptionalDouble.of(1), 0.25))),
          Map.of("seed", "-5", "training set", "4 samples: few"),
          "plan",
          "{\"name\": \"toy\"}");

  @BeforeEach
  void write() {
    file = folder.resolve("checkpoint.safetensors");
    CHECKPOINT.write(file);
  }

  @Test
  void readsWhatItWrote() {
    assertEquals(CHECKPOINT, Checkpoint.read(file));
  }

  @Test
  void refusesAnotherKindOfFile() {
    SafeTensors.write(file, new TensorFile(Map.of(), Map.of()));
    fails(
        ": expected a checkpoint with the format jacquard-checkpoint-1, received the format none;"
            + " use a run's checkpoint.safetensors");
  }

  @Test
  void refusesMetadataThatIsMissingOrMalformed() {
    change("step", "x");
    fails(
        ": metadata \"step\": expected a whole number, received x; the file is not a whole"
            + " checkpoint");
    change("hits", "-1");
    fails(
        ": metadata \"hits\": expected a whole number from 0 to 9223372036854775807, received -1; the"
            + " file is not a whole checkpoint");
    change("epoch", "4294967297");
    fails(
        ": metadata \"epoch\": expected a whole number from 0 to 2147483647, received 4294967297;"
            + " the file is not a whole checkpoint");
    change("loss_sum", "much");
    fails(
        ": metadata \"loss_sum\": expected a number, received much; the file is not a whole"
            + " checkpoint");
    change("recipe", "seed");
    fails(
        ": metadata \"recipe\": expected lines of NAME: VALUE, received seed; the file is not a"
            + " whole checkpoint");
    change("history", "1,2");
    fails(
        ": metadata \"history\": expected a line of"
            + " epoch,loss,accuracy,val_loss,val_accuracy,seconds, received 1,2");
    for (String key : List.of("plan", "recipe")) {
      change(key, null);
      fails(": metadata \"" + key + "\" is missing; the file is not a whole checkpoint");
    }
  }

  /** Whoever made the file does not write to the terminal of whoever reads it. */
  @Test
  void showsHostileMetadataOnOneLine() {
    change("format", "\u001b[2J\nnone");
    fails(
        ": expected a checkpoint with the format jacquard-checkpoint-1, received the format"
            + " \\u001b[2J\\u000anone; use a run's checkpoint.safetensors");
    change("step", "\u001b[2J\n7");
    fails(
        ": metadata \"step\": expected a whole number, received \\u001b[2J\\u000a7; the file is not"
            + " a whole checkpoint");
    change("history", "\u001b[2J");
    fails(
        ": metadata \"history\": expected a line of"
            + " epoch,loss,accuracy,val_loss,val_accuracy,seconds, received \\u001b[2J");
  }

  private void change(String key, String value) {
    write();
    Map<String, String> metadata = new HashMap<>(SafeTensors.read(file).metadata());
    metadata.remove(key);
    if (value != null) {
      metadata.put(key, value);
    }
    SafeTensors.write(file, new TensorFile(Map.of(), metadata));
  }

  private void fails(String message) {
    assertEquals(
        file + message,
        assertThrows(JacquardException.class, () -> Checkpoint.read(file)).getMessage());
  }
}
