package dev.jacquard.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import dev.jacquard.train.Progress;
import dev.jacquard.train.Recipe;
import dev.jacquard.train.StretchEvent;
import dev.jacquard.train.TrainingInfo;
import dev.jacquard.train.TrainingResult;
import dev.jacquard.train.TrainingResult.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two epochs of 300 steps of four samples, watched. */
class LiveFileTest {
  private static final int STEPS = 300;
  private static final long SECOND = 1_000_000_000;
  private static final TrainingInfo INFO =
      new TrainingInfo(
          new Recipe(
              2, 4, Optimizer.Adam.defaults(), Schedule.CONSTANT, 1, true, OptionalLong.empty()),
          null,
          null,
          ProgressTest.samples(4 * STEPS),
          40,
          Progress.start());

  @TempDir Path folder;
  private long now;

  private Path file() {
    return folder.resolve("live.json");
  }

  private JsonNode live() throws IOException {
    return JsonMapper.shared().readTree(Files.readString(file()));
  }

  /** Steps of four samples, of which {@code hits} are right. */
  private static StretchEvent event(int first, int steps, float loss, int hits) {
    Stretch stretch = new Stretch(4, steps);
    stretch.clear(first);
    StretchResult result = new StretchResult(steps);
    for (int i = 0; i < steps; i++) {
      stretch.add(new int[4], 0, 4, 0, 0.001);
      result.losses()[i] = loss;
      result.hits()[i] = hits;
    }
    int done = first + steps;
    Progress progress =
        new Progress(
            done, 0, (double) loss * done * 4, (long) hits * done, done * 4L, 2, List.of());
    return new StretchEvent(stretch, result, steps, 1, progress);
  }

  @Test
  void tellsHowATrainingStands() throws IOException {
    LiveFile live = new LiveFile(file(), () -> now);
    live.onStart(INFO, null);
    assertEquals("training", live().get("state").stringValue());
    assertEquals(ProcessHandle.current().pid(), live().get("process").get("pid").longValue());
    assertTrue(live().get("loss").isNull());
    now += SECOND;
    live.onStretch(event(0, 10, 2, 1));
    now += SECOND;
    live.onStretch(event(10, 240, 1, 3));
    JsonNode json = live();
    assertEquals(250, json.get("step").intValue());
    assertEquals(2 * STEPS, json.get("last_step").intValue());
    assertEquals(1, json.get("epoch").intValue());
    assertEquals(2, json.get("epochs").intValue());
    assertEquals(0.75, json.get("accuracy").doubleValue());
    assertEquals(960, json.get("images_per_second").doubleValue());
    assertEquals(0.001, json.get("learning_rate").doubleValue());
    assertEquals(250, json.get("series").get("steps").size());
    assertEquals(2.0, json.get("series").get("loss").get(9).doubleValue());
    assertEquals(1.0, json.get("series").get("loss").get(10).doubleValue());
    assertEquals(200, json.get("recent").get("steps").size());
    assertEquals(51, json.get("recent").get("steps").get(0).intValue());
    assertEquals(250, json.get("recent").get("steps").get(199).intValue());
  }

  @Test
  void isReplacedNowAndThenOnly() throws IOException {
    LiveFile live = new LiveFile(file(), () -> now);
    live.onStart(INFO, null);
    live.onStretch(event(0, 10, 2, 1));
    assertEquals(0, live().get("step").intValue());
    now += SECOND / 2;
    live.onStretch(event(10, 10, 2, 1));
    assertEquals(20, live().get("step").intValue());
  }

  /** Here a write takes a second, so that the next must wait for fifty. */
  @Test
  void slowWritesAreRare() throws IOException {
    long[] times = {0, SECOND, 50 * SECOND, 51 * SECOND, 51 * SECOND, 51 * SECOND};
    int[] asked = {0};
    LiveFile live = new LiveFile(file(), () -> times[asked[0]++]);
    live.onStart(INFO, null);
    live.onStretch(event(0, 10, 2, 1));
    assertEquals(0, live().get("step").intValue());
    live.onStretch(event(10, 10, 2, 1));
    assertEquals(20, live().get("step").intValue());
  }

  @Test
  void saysWhenItValidatesAndHowItEnded() throws IOException {
    LiveFile live = new LiveFile(file(), () -> now);
    live.onStart(INFO, null);
    now += SECOND;
    live.onStretch(event(0, STEPS, 2, 1));
    assertEquals("validating", live().get("state").stringValue());
    Progress end = new Progress(2 * STEPS, 2, 0, 0, 0, 0, List.of());
    live.onEnd(new TrainingResult(Ending.COMPLETED, "done", end, Optional.empty()), null);
    assertEquals("completed", live().get("state").stringValue());
    assertEquals(2 * STEPS, live().get("step").intValue());
    assertEquals(2, live().get("epoch").intValue());
    live.onFailure(new IllegalStateException());
    assertEquals("failed", live().get("state").stringValue());
  }

  /** Also of one that was killed after its checkpoint; and of what has nothing left to train. */
  @Test
  void aTrainingThatGoesOnKeepsItsCourse() throws IOException {
    LiveFile live = new LiveFile(file(), () -> now);
    live.onStart(INFO, null);
    now += SECOND;
    live.onStretch(event(0, 250, 2, 1));
    Progress from = new Progress(240, 0, 0, 0, 960, 2, List.of());
    TrainingInfo resumed =
        new TrainingInfo(
            INFO.recipe(), null, null, INFO.training(), INFO.validationSamples(), from);
    LiveFile next = new LiveFile(file(), () -> now);
    next.onStart(resumed, null);
    JsonNode json = live();
    assertEquals(240, json.get("series").get("steps").size());
    assertEquals(190, json.get("recent").get("steps").size());
    assertEquals(0.001, json.get("learning_rate").doubleValue());
    now += SECOND;
    next.onStretch(event(240, 60, 1, 3));
    json = live();
    assertEquals(300, json.get("series").get("steps").size());
    assertEquals(2.0, json.get("series").get("loss").get(239).doubleValue());
    assertEquals(1.0, json.get("series").get("loss").get(240).doubleValue());
    assertEquals(101, json.get("recent").get("steps").get(0).intValue());
    assertEquals(0.25, json.get("recent").get("accuracy").get(0).doubleValue());
    Files.writeString(file(), "not JSON");
    new LiveFile(file(), () -> now).onStart(resumed, null);
    assertEquals(0, live().get("series").get("steps").size());
  }

  /** Who watches must not end what is watched. */
  @Test
  void whereItCannotBeWrittenTrainingGoesOn() {
    LiveFile live = new LiveFile(folder.resolve("missing/live.json"), () -> now);
    live.onStart(INFO, null);
    now += SECOND;
    live.onStretch(event(0, 10, 2, 1));
    assertFalse(Files.exists(folder.resolve("missing")));
  }

  /** Whatever kept it from being written: how the training ended is known. */
  @Test
  void theEndIsWrittenEvenSo() throws IOException {
    Path file = folder.resolve("late/live.json");
    LiveFile live = new LiveFile(file, () -> now);
    live.onStart(INFO, null);
    Files.createDirectory(file.getParent());
    now += SECOND;
    live.onStretch(event(0, 10, 2, 1));
    assertFalse(Files.exists(file));
    Progress end = new Progress(2 * STEPS, 2, 0, 0, 0, 0, List.of());
    live.onEnd(new TrainingResult(Ending.COMPLETED, "done", end, Optional.empty()), null);
    JsonNode told = JsonMapper.shared().readTree(Files.readString(file));
    assertEquals("completed", told.get("state").stringValue());
    live.onFailure(new IllegalStateException());
    told = JsonMapper.shared().readTree(Files.readString(file));
    assertEquals("failed", told.get("state").stringValue());
  }
}
