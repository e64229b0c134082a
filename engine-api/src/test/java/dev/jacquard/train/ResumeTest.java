package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.train.TrainingResult.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest {
  @TempDir Path folder;

  private TrainingListener[] files() {
    return new TrainingListener[] {
      new History(folder.resolve("history.csv")),
      new StepLog(folder.resolve("steps.csv")),
      new Checkpointing(folder.resolve("checkpoint.safetensors"), "{}")
    };
  }

  private Checkpoint checkpoint() {
    return Checkpoint.read(folder.resolve("checkpoint.safetensors"));
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(folder.resolve(file));
  }

  private static List<String> withoutSeconds(List<String> history) {
    return history.stream().map(row -> row.substring(0, row.lastIndexOf(','))).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18})
  void stoppedAfterAnyStepItGoesOnToTheSameBits(int step) throws IOException {
    Training whole = new Training(files());
    whole.loop.run();
    List<String> history = withoutSeconds(lines("history.csv"));
    List<String> steps = lines("steps.csv");

    Training first = new Training(Training.recipe().withMaxSteps(OptionalLong.of(step)), files());
    first.loop.run();
    assertEquals(step, checkpoint().progress().step());
    assertEquals(step + 1, lines("steps.csv").size());

    Training second = new Training(files());
    TrainingResult result = second.loop.run(second.loop.restore(checkpoint()));
    assertEquals(Ending.COMPLETED, result.ending());
    assertEquals(whole.session.state, second.session.state);
    assertEquals(history, withoutSeconds(lines("history.csv")));
    assertEquals(steps, lines("steps.csv"));
    assertEquals(
        whole.session.batches.subList(step, 18),
        second.session.batches,
        "no step is trained twice");
  }

  @Test
  void filesThatRanAheadOfTheCheckpointAreCutBack() throws IOException {
    Training first = new Training(Training.recipe().withMaxSteps(OptionalLong.of(8)), files());
    first.loop.run();
    Files.writeString(
        folder.resolve("steps.csv"), String.join("\n", lines("steps.csv")) + "\n9,7.0\n10,");
    Files.writeString(folder.resolve("history.csv"), "epoch,lo");
    Training second = new Training(files());
    second.loop.run(second.loop.restore(checkpoint()));
    List<String> steps = lines("steps.csv");
    assertEquals(19, steps.size());
    for (int i = 1; i <= 18; i++) {
      assertEquals(Integer.toString(i), steps.get(i).split(",", -1)[0]);
    }
    assertEquals(4, lines("history.csv").size());
    assertEquals(EpochResult.CSV_HEADER, lines("history.csv").get(0));
  }

  /** The numbers of the rows count, not which row of the file they are. */
  @Test
  void aStepLogMayHaveAGap() throws IOException {
    new Training(Training.recipe().withMaxSteps(OptionalLong.of(8)), files()).loop.run();
    Path steps = folder.resolve("steps.csv");
    Files.writeString(steps, "step,loss\n3,0.5\nno row\n8,0.25\n9,0.125\n");
    Training second = new Training(files());
    Progress from = second.loop.restore(checkpoint());
    second.loop.run(from);
    List<String> lines = Files.readAllLines(steps);
    assertEquals(List.of("step,loss", "3,0.5", "8,0.25"), lines.subList(0, 3));
    assertTrue(lines.get(3).startsWith("9,") && !lines.get(3).equals("9,0.125"), lines.get(3));
  }

  @Test
  void aStepLogThatIsNoTextIsSaidToBeNone() throws IOException {
    new Training(Training.recipe().withMaxSteps(OptionalLong.of(8)), files()).loop.run();
    Path steps = folder.resolve("steps.csv");
    Files.write(steps, new byte[] {(byte) 0xC3, '\n'});
    Training second = new Training(files());
    Progress from = second.loop.restore(checkpoint());
    assertEquals(
        "cannot write "
            + steps
            + ": it is no text in UTF-8; free some space or choose another folder",
        assertThrows(JacquardException.class, () -> second.loop.run(from)).getMessage());
  }

  @Test
  void aFinishedTrainingHasNothingLeftToDo() {
    Training first = new Training(files());
    TrainingResult result = first.loop.run();
    Training second = new Training(files());
    TrainingResult again = second.loop.run(second.loop.restore(checkpoint()));
    assertEquals(Ending.COMPLETED, again.ending());
    assertEquals(List.of(), second.session.batches);
    assertEquals(result.progress(), again.progress());
    assertEquals(first.session.state, second.session.state);
  }

  @Test
  void aPointOfAnotherTrainingIsRefused() {
    Progress odd = new Progress(7, 1, 0, 0, 3, 0, List.of());
    JacquardException refusal =
        assertThrows(JacquardException.class, () -> new Training().loop.run(odd));
    assertEquals(
        "cannot go on from step 7 in epoch 2 with 3 samples trained: 23 samples in batches of 4"
            + " make 6 steps an epoch; use the data set and the batch size that the training"
            + " started with",
        refusal.getMessage());
  }

  @Test
  void anotherSeedPlanOrNetworkIsRefusedAndChangesNothing() {
    new Training(files()).loop.run();
    Checkpoint good = checkpoint();
    refuses(
        "the checkpoint was made with seed 9, received 5; go on with the former, or start anew with"
            + " its weights",
        new Checkpoint(good.tensors(), good.progress(), seeded(good, "9"), "toy-1", "{}"));
    refuses(
        "the checkpoint was made with seed \\u001b[2J\\u000a5, received 5; go on with the former, or"
            + " start anew with its weights",
        new Checkpoint(
            good.tensors(), good.progress(), seeded(good, "\u001b[2J\n5"), "toy-1", "{}"));
    refuses(
        "the checkpoint was made by plan toy-2, but this is plan toy-1, which would not go on to"
            + " the same bits; use the device, version, options and tuning that it was made with, or start"
            + " anew with its weights",
        new Checkpoint(good.tensors(), good.progress(), good.recipe(), "toy-2", "{}"));
    Map<String, Tensor> fewer = new LinkedHashMap<>(good.tensors());
    fewer.remove("optimizer/momentum/dense/kernel");
    refuses(
        "the checkpoint does not fit the network: tensor optimizer/momentum/dense/kernel of shape"
            + " [4, 3] is missing; use the network that the file was made with",
        new Checkpoint(fewer, good.progress(), good.recipe(), "toy-1", "{}"));
  }

  /** It would be found out when training goes on, after the session is overwritten. */
  @Test
  void aCheckpointOfNoPointOfThisTrainingIsRefusedAndChangesNothing() {
    new Training(files()).loop.run();
    Checkpoint good = checkpoint();
    refuses(
        "cannot go on from step 7 in epoch 2 with 3 samples trained: 23 samples in batches of 4"
            + " make 6 steps an epoch; use the data set and the batch size that the training"
            + " started with",
        new Checkpoint(
            good.tensors(),
            new Progress(7, 1, 0, 0, 3, 0, List.of()),
            good.recipe(),
            "toy-1",
            "{}"));
  }

  private static Map<String, String> seeded(Checkpoint checkpoint, String seed) {
    Map<String, String> recipe = new LinkedHashMap<>(checkpoint.recipe());
    recipe.put("seed", seed);
    return recipe;
  }

  /** Who leaves a setting out does not thereby leave it open. */
  @Test
  void aRecipeOfOtherSettingsIsRefused() {
    new Training(files()).loop.run();
    Checkpoint good = checkpoint();
    String expected =
        "the checkpoint's recipe: expected the settings [seed, batch size, shuffle, optimizer,"
            + " schedule, training set], received ";
    refuses(
        expected + "[seed]; start anew with its weights",
        new Checkpoint(good.tensors(), good.progress(), Map.of("seed", "5"), "toy-1", "{}"));
    Map<String, String> more = seeded(good, "5");
    more.put("\u001b[2J", "");
    refuses(
        expected
            + "[seed, batch size, shuffle, optimizer, schedule, training set, \\u001b[2J]; start"
            + " anew with its weights",
        new Checkpoint(good.tensors(), good.progress(), more, "toy-1", "{}"));
  }

  private static Recipe recipe(int epochs, double rate, Schedule schedule, boolean shuffle) {
    return new Recipe(
        epochs, 4, new Optimizer.Sgd(rate, 0.9, false), schedule, 5, shuffle, OptionalLong.empty());
  }

  @Test
  void whatWouldNotGoOnAsItBeganIsRefused() {
    new Training(recipe(3, 0.1, Schedule.COSINE, true), files()).loop.run();
    refuses("shuffle true, received false", recipe(3, 0.1, Schedule.COSINE, false), "training");
    refuses(
        "optimizer Sgd[learningRate=0.1, momentum=0.9, nesterov=false], received"
            + " Sgd[learningRate=0.2, momentum=0.9, nesterov=false]",
        recipe(3, 0.2, Schedule.COSINE, true),
        "training");
    refuses(
        "schedule cosine over 3 epochs, received constant",
        recipe(3, 0.1, Schedule.CONSTANT, true),
        "training");
    refuses(
        "schedule cosine over 3 epochs, received cosine over 4 epochs",
        recipe(4, 0.1, Schedule.COSINE, true),
        "training");
    String digest = " samples with the digest ";
    refuses(
        "training set 23"
            + digest
            + ToySession.data("training", 23).digest().substring(0, 16)
            + ", received 23"
            + digest
            + ToySession.data("another", 23).digest().substring(0, 16),
        recipe(3, 0.1, Schedule.COSINE, true),
        "another");
  }

  private void refuses(String difference, Recipe recipe, String data) {
    DataSet training = ToySession.data(data, Training.SAMPLES);
    try (TrainingLoop loop =
        new TrainingLoop(
            new ToySession(5), ToySession.graph(), recipe, training, Optional.empty(), List.of())) {
      assertEquals(
          "the checkpoint was made with "
              + difference
              + "; go on with the former, or start anew with its weights",
          assertThrows(JacquardException.class, () -> loop.restore(checkpoint())).getMessage());
    }
  }

  @Test
  void aConstantScheduleGoesOnForLonger() {
    Recipe longer = recipe(5, 0.1, Schedule.CONSTANT, true);
    Training whole = new Training(longer);
    whole.loop.run();
    new Training(recipe(3, 0.1, Schedule.CONSTANT, true), files()).loop.run();
    Training second = new Training(longer, files());
    assertEquals(30, second.loop.run(second.loop.restore(checkpoint())).progress().step());
    assertEquals(whole.session.state, second.session.state);
  }

  private static void refuses(String message, Checkpoint checkpoint) {
    Training training = new Training();
    Map<String, Tensor> before = Map.copyOf(training.session.state);
    JacquardException refusal =
        assertThrows(JacquardException.class, () -> training.loop.restore(checkpoint));
    assertEquals(message, refusal.getMessage());
    assertEquals(before, training.session.state);
  }

  @Test
  void theLoopGoesOnInTheSameSessionToo() {
    Training whole = new Training();
    whole.loop.run();
    Training split = new Training();
    split.loop.requestStop();
    TrainingResult stopped = split.loop.run();
    assertEquals(0, stopped.progress().step());
    assertEquals(Optional.empty(), stopped.evaluation());
    split.loop.run(stopped.progress());
    assertEquals(whole.session.state, split.session.state);
  }
}
