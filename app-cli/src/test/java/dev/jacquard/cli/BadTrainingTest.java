package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.train.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings that cannot be, or that fail. */
class BadTrainingTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --epochs | 0 | expected a whole number from 1 to 2147483647, received 0
          --batch-size | none | expected a whole number from 1 to 2147483647, received none
          --max-steps | -1 | expected a whole number from 1 to 2147483647, received -1
          --learning-rate | 0 | expected a number above 0, received 0
          --learning-rate | NaN | expected a number above 0, received NaN
          --schedule | linear | expected constant, cosine or one-cycle, received linear
          --validation | 1.5 | expected test, or a share of the training set between 0 and 1, \
          received 1.5
          --validation | all | expected test, or a share of the training set between 0 and 1, \
          received all
          """)
  void wrongValuesAreWrongUsage(String option, String value, String message) {
    Path run = folder.resolve("run");
    assertEquals(
        new Outcome(
            2,
            "",
            "jacquard: Invalid value for option '"
                + option
                + "': "
                + message
                + "\nRun 'jacquard train --help' for its usage.\n"),
        Outcome.with(Tiny.train(folder), option, value, "--out", run));
    assertFalse(Files.exists(run));
  }

  private void assertFails(String message, Object... more) {
    Path run = folder.resolve("run");
    Outcome outcome =
        Outcome.with(
            Stream.concat(Arrays.stream(Tiny.train(folder)), Arrays.stream(more)).toArray(),
            "--out",
            run);
    assertEquals("jacquard: " + message + "\n", outcome.errWithoutDevice());
    assertEquals(1, outcome.status());
    assertFalse(Files.exists(run));
  }

  @Test
  void aBatchLargerThanTheDataSetIsRefused() {
    assertFails(
        "batch size 61 is larger than the data set's 60 samples; use one of 60 or less",
        "--batch-size",
        61);
  }

  @Test
  void aLimitBeyondTheDataSetIsRefused() {
    assertFails(
        "--limit 61 is more than the data set's 60 training images; use 60 or less", "--limit", 61);
  }

  @Test
  void aSplitThatLeavesNothingIsRefused() {
    assertFails(
        "--validation 0.99 of 10 samples leaves none to train on; give another share",
        "--limit",
        10,
        "--validation",
        0.99);
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() {
    Path run = folder.resolve("lenet");
    assertEquals(0, Outcome.with(Tiny.train(folder), "--out", run).status());
    Path other = folder.resolve("other.json");
    Tiny.write(
        other,
        Tiny.NETWORK.replace("\"units\": 8", "\"units\": 9").getBytes(StandardCharsets.UTF_8));
    Path model = run.resolve("model.safetensors");
    assertEquals(
        "jacquard: "
            + model
            + " does not fit the network: tensor dense/kernel: expected shape [49, 9], received"
            + " [49, 8] (and 6 others); use the network that the file was made with\n",
        Outcome.of(
                "train",
                "--backend",
                "cpu",
                "--network",
                other,
                "--data",
                folder.resolve("data"),
                "--initial-weights",
                model,
                "--out",
                folder.resolve("run"))
            .errWithoutDevice());
    assertFalse(Files.exists(folder.resolve("run")));
  }

  /** Descent without Adam's bounded steps: the weights explode from epoch to epoch. */
  private Outcome explode(Path run, double rate, Object... more) {
    Path network = folder.resolve("exploding.json");
    Tiny.write(
        network,
        """
        {"name": "exploding", "input_shape": [28, 28, 1],
         "layers": [
           {"type": "Flatten"},
           {"type": "Dense", "units": 8},
           {"type": "Dense", "units": 10, "activation": "softmax"}],
         "training": {"batch_size": 60, "epochs": 3, "optimizer": {"type": "SGD"}}}
        """
            .getBytes(StandardCharsets.UTF_8));
    Object[] command = {
      "train",
      "--backend",
      "cpu",
      "--network",
      network,
      "--data",
      Tiny.data(folder),
      "--out",
      run,
      "--learning-rate",
      rate,
      "--quiet"
    };
    return Outcome.with(command, more);
  }

  @Test
  void aLossThatIsNotANumberStopsWithTheLastGoodCheckpoint() {
    Path run = folder.resolve("run");
    Outcome outcome = explode(run, 1e12);
    assertEquals(1, outcome.status());
    assertTrue(
        outcome
            .err()
            .matches(
                "jacquard: the validation loss is (NaN|Infinity) after epoch 2 of 3; use a lower"
                    + " learning rate; the last good checkpoint is kept in "
                    + run.resolve("checkpoint.safetensors")
                    + "\n"),
        outcome.err());
    assertEquals(1, Checkpoint.read(run.resolve("checkpoint.safetensors")).progress().epoch());
    assertFalse(Files.exists(run.resolve("model.safetensors")));
  }

  @Test
  void aLossThatIsNotANumberInTheFirstEpochLeavesNothing() {
    Path run = folder.resolve("run");
    Outcome outcome = explode(run, 1e30);
    assertEquals(1, outcome.status());
    assertTrue(
        outcome
            .err()
            .matches(
                "jacquard: the validation loss is (NaN|Infinity) after epoch 1 of 3; use a lower"
                    + " learning rate; no checkpoint was written before\n"),
        outcome.err());
    assertFalse(Files.exists(run));
  }

  /** The loss is that of the parameters before the step. */
  @Test
  void aTrainingWhoseOnlyStepLeavesNothingFiniteHasNoResults() {
    Path run = folder.resolve("run");
    Outcome outcome = explode(run, 1e38, "--max-steps", 1, "--limit", 30, "--batch-size", 10);
    assertEquals(1, outcome.status());
    assertEquals(
        "jacquard: the model gives NaN for probabilities: its parameters are not finite; train"
            + " again, at a lower learning rate\n",
        outcome.err());
    assertFalse(Files.exists(run.resolve("metrics.json")));
  }

  @Test
  void aRunFolderInUseIsRefused() throws IOException {
    Path run = folder.resolve("run");
    Files.createDirectory(run);
    Files.createFile(run.resolve("precious"));
    Outcome outcome = Outcome.with(Tiny.train(folder), "--out", run);
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: the run folder "
                + run
                + " is not empty; choose another with --out, or go on with --resume "
                + run
                + "\n"),
        outcome);
    assertTrue(Files.exists(run.resolve("precious")));
  }

  @Test
  void aRunFolderThatCannotBeMadeIsRefusedBeforeTraining() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertEquals(
        new Outcome(
            1, "", "jacquard: the run folder " + file + " is a file; choose another with --out\n"),
        Outcome.with(Tiny.train(folder), "--out", file));
    Path below = file.resolve("run");
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: cannot create the run folder "
                + below
                + ": Not a directory; choose another with --out\n"),
        Outcome.with(Tiny.train(folder), "--out", below));
  }
}
