package dev.jacquard.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import dev.jacquard.tensor.Shape;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Progress;
import dev.jacquard.train.Recipe;
import dev.jacquard.train.StretchEvent;
import dev.jacquard.train.TrainingInfo;
import dev.jacquard.train.TrainingListener;
import dev.jacquard.train.TrainingResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Progress as a bar and as lines: three epochs of ten steps, five of which are done. */
class ProgressTest {
  private static final TrainingInfo INFO =
      new TrainingInfo(
          new Recipe(
              3, 4, Optimizer.Adam.defaults(), Schedule.CONSTANT, 1, true, OptionalLong.empty()),
          null,
          null,
          samples(40),
          0,
          Progress.start());

  static DataSet samples(int count) {
    return DataSet.ofBytes("any", Shape.of(1), new byte[count], new int[count], List.of("only"));
  }

  private static final EpochResult RESULT =
      new EpochResult(1, 0.5, 0.75, OptionalDouble.of(0.25), OptionalDouble.of(0.875), 2);

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
  private long now;

  /** Five steps of four samples. */
  private static StretchEvent event(double seconds) {
    Stretch stretch = new Stretch(4, 5);
    stretch.clear(0);
    for (int i = 0; i < 5; i++) {
      stretch.add(new int[4], 0, 4, 4 * i, 0.001);
    }
    Progress progress = new Progress(5, 0, 10, 15, 20, 2, List.of());
    return new StretchEvent(stretch, new StretchResult(5), 5, seconds, progress);
  }

  private String written() {
    String text = err.toString(StandardCharsets.UTF_8);
    err.reset();
    return text;
  }

  /** As a clock may see a short one. */
  @Test
  void anEpochThatTookNoTimeHasNoSpeed() {
    EpochResult none =
        new EpochResult(1, 0.5, 0.75, OptionalDouble.empty(), OptionalDouble.empty(), 0);
    assertEquals("epoch 1/3: loss 0.5000, accuracy 0.7500, 0.0 s", EpochLine.of(none, 3, 40));
  }

  @Test
  void theBarIsRewrittenAndLeavesALineForEachEpoch() {
    TrainingListener bar = new ProgressBar(stream);
    bar.onStart(INFO, null);
    assertEquals(
        "\r\u001b[Kepoch 1/3 [          ] 0/10 the first step can take some seconds", written());
    String epoch = "\r\u001b[Kepoch 1/3 [=====     ] 5/10 loss 0.5000 acc 0.7500";
    bar.onStretch(event(100));
    assertEquals(epoch, written());
    bar.onStretch(event(5));
    assertEquals(epoch + " 4 img/s 0:25 left", written());
    bar.onEpochEnd(RESULT, Optional.empty());
    assertEquals(
        "\r\u001b[Kepoch 1/3: loss 0.5000, accuracy 0.7500, val_loss 0.2500, val_accuracy 0.8750,"
            + " 20 images/s, 2.0 s\n",
        written());
    bar.onFailure(new IllegalStateException());
    assertEquals("\r\u001b[K", written());
  }

  @Test
  void whereNoStepIsLeftNothingIsSaidOfTheFirst() {
    Progress end = new Progress(30, 3, 0, 0, 0, 0, List.of(RESULT, RESULT, RESULT));
    TrainingInfo info = new TrainingInfo(INFO.recipe(), null, null, samples(40), 0, end);
    new ProgressBar(stream).onStart(info, null);
    new ProgressLines(stream, () -> now).onStart(info, null);
    assertEquals("", written());
  }

  /** Else each print would begin a line of its own: with single samples, many epochs, a bad end. */
  @Test
  void theBarFitsTheLine() {
    assertBar(
        "epoch 101/300 [=    ] 15000/60000 loss 0.5000 acc 0.7500 4 img/s 832:17:30 left", 300, 1);
    assertBar(
        "epoch 101/300 15000/60000 loss 5.0000e+29 acc 0.7500 4 img/s 832:17:30 left", 300, 1e30);
    assertBar(
        "epoch 101/1000000 15000/60000 loss 5.0000e+29 acc 0.7500 4166248:57:30 left",
        1_000_000,
        1e30);
  }

  private void assertBar(String expected, int epochs, double loss) {
    TrainingInfo info =
        new TrainingInfo(
            new Recipe(
                epochs,
                1,
                Optimizer.Adam.defaults(),
                Schedule.CONSTANT,
                1,
                true,
                OptionalLong.empty()),
            null,
            null,
            samples(60_000),
            0,
            Progress.start());
    StretchEvent event = event(5);
    Progress progress = new Progress(6_015_000, 100, 10 * loss, 15, 20, 2, List.of());
    TrainingListener bar = new ProgressBar(stream);
    bar.onStart(info, null);
    bar.onStretch(event);
    bar.onStretch(new StretchEvent(event.stretch(), event.result(), 5, event.seconds(), progress));
    String line = written();
    String last = line.substring(line.lastIndexOf('\r')).replace("\r\u001b[K", "");
    assertEquals(expected, last);
    assertTrue(last.length() < 80, last);
  }

  /** A step in cold code takes a hundred times as long, and a second says little of an hour. */
  @Test
  void speedLeavesOutTheFirstStretchAndTimeLeftWaitsUntilSpeedIsSteady() {
    Speed speed = new Speed();
    speed.add(event(100));
    assertEquals("", speed.text(", ", "images/s", INFO, 5));
    speed.add(event(4));
    assertEquals(", 5 images/s", speed.text(", ", "images/s", INFO, 5));
    speed.add(event(1));
    assertEquals(", 9 images/s", speed.text(", ", "images/s", INFO, 5));
    for (int i = 0; i < 20; i++) {
      speed.add(event(1));
    }
    assertEquals(", 20 images/s, 0:05 left", speed.text(", ", "images/s", INFO, 5));
  }

  @Test
  void theLastStepHasALineThatStays() {
    TrainingResult end =
        new TrainingResult(
            TrainingResult.Ending.MAX_STEPS, "", event(1).progress(), Optional.empty());
    String line = "epoch 1/3, step 5/10: loss 0.5000, accuracy 0.7500\n";
    TrainingListener lines = new ProgressLines(stream, () -> now);
    lines.onStart(INFO, null);
    assertEquals("epoch 1/3, step 0/10: the first step can take some seconds\n", written());
    lines.onStretch(event(1));
    lines.onEnd(end, null);
    assertEquals(line, written());
    TrainingListener bar = new ProgressBar(stream);
    bar.onStart(INFO, null);
    written();
    bar.onEnd(end, null);
    assertEquals("\r\u001b[K" + line, written());
  }

  @Test
  void linesComeEveryTenSeconds() {
    TrainingListener lines = new ProgressLines(stream, () -> now);
    lines.onStart(INFO, null);
    written();
    now = 9_999_999_999L;
    lines.onStretch(event(5));
    assertEquals("", written());
    now = 10_000_000_000L;
    lines.onStretch(event(5));
    String line = "epoch 1/3, step 5/10: loss 0.5000, accuracy 0.7500, 4 images/s, 0:25 left\n";
    assertEquals(line, written());
    lines.onStretch(event(5));
    assertEquals("", written());
    lines.onEpochEnd(RESULT, Optional.empty());
    assertEquals(
        "epoch 1/3: loss 0.5000, accuracy 0.7500, val_loss 0.2500, val_accuracy 0.8750, 20"
            + " images/s, 2.0 s\n",
        written());
  }
}
