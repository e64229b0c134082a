package dev.jacquard.cli.training;

import dev.jacquard.backend.Session;
import dev.jacquard.checkpoint.AtomicFile;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.JsonInput;
import dev.jacquard.cli.run.LiveFormat;
import dev.jacquard.cli.run.LiveState;
import dev.jacquard.error.JacquardException;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Progress;
import dev.jacquard.train.StretchEvent;
import dev.jacquard.train.TrainingControl;
import dev.jacquard.train.TrainingInfo;
import dev.jacquard.train.TrainingListener;
import dev.jacquard.train.TrainingResult;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells whoever watches how a training stands: a small file that is replaced about every half
 * second, with loss and accuracy by step in a bounded number of points. At the end it says how the
 * training ended, and stays. Of a process that was killed it says the last it knew; its number and
 * start are there to tell.
 *
 * <p>Watching must not cost: the file is not forced to the disk, writing it takes at most a
 * fiftieth of the time, and where it cannot be written, the training goes on without it. How it
 * ended is written all the same, if it then can be: else it would pass for one that was killed.
 */
final class LiveFile implements TrainingListener {
  private static final int MOST_POINTS = 400;
  private static final int RECENT_STEPS = 200;

  /** Many times what it writes; another may be anybody's. */
  private static final long MOST_BYTES = 4 << 20;

  private static final long INTERVAL_NANOSECONDS = 400_000_000;
  private static final int LEAST_INTERVALS_PER_WRITE = 50;

  private final Path file;
  private final LongSupplier nanoClock;
  private final Speed speed = new Speed();
  private final ObjectNode process = process();
  private final StepSeries series = new StepSeries(MOST_POINTS);
  private final RecentSteps recent = new RecentSteps(RECENT_STEPS);
  private TrainingInfo info;
  private Progress progress;
  private double learningRate;
  private long next;
  private boolean broken;

  /** Writes {@code file}. */
  LiveFile(Path file, LongSupplier nanoClock) {
    this.file = file;
    this.nanoClock = nanoClock;
  }

  /** Who trains: a number alone may since have become another process's. */
  private static ObjectNode process() {
    ProcessHandle self = ProcessHandle.current();
    ObjectNode json = Json.object();
    json.put(LiveFormat.PID, self.pid());
    json.put(
        LiveFormat.STARTED, self.info().startInstant().map(Instant::toEpochMilli).orElse(null));
    return json;
  }

  @Override
  public void onStart(TrainingInfo about, TrainingControl control) {
    info = about;
    progress = about.from();
    if (progress.step() > 0) {
      restore();
    }
    write(LiveState.TRAINING);
  }

  /** Of a training that goes on, the course until there stays; without the file, it begins here. */
  private void restore() {
    JsonNode earlier;
    try {
      if (Files.size(file) > MOST_BYTES) {
        return;
      }
      earlier = JsonInput.read(file, "a JSON object", "");
    } catch (IOException | JacquardException e) {
      return;
    }
    if (earlier.path(LiveFormat.VERSION_KEY).asInt(0) == LiveFormat.VERSION) {
      series.restore(earlier.path(LiveFormat.SERIES), progress.step());
      recent.restore(earlier.path(LiveFormat.RECENT), progress.step());
      learningRate = earlier.path(LiveFormat.LEARNING_RATE).asDouble(0);
    }
  }

  @Override
  public void onStretch(StretchEvent event) {
    speed.add(event);
    series.add(event);
    recent.add(event);
    learningRate = event.rate(event.steps() - 1);
    progress = event.progress();
    boolean epochDone = progress.samples() == info.samples();
    writeIfDue(
        epochDone && info.validationSamples() > 0 ? LiveState.VALIDATING : LiveState.TRAINING);
  }

  @Override
  public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
    writeIfDue(LiveState.TRAINING);
  }

  @Override
  public void onEnd(TrainingResult result, Session session) {
    progress = result.progress();
    write(LiveState.of(result.ending()));
  }

  @Override
  public void onFailure(Throwable failure) {
    if (info != null) {
      write(LiveState.FAILED);
    }
  }

  private void writeIfDue(LiveState state) {
    if (!broken && nanoClock.getAsLong() - next >= 0) {
      write(state);
    }
  }

  private void write(LiveState state) {
    long start = nanoClock.getAsLong();
    try {
      byte[] bytes = json(state).toString().getBytes(StandardCharsets.UTF_8);
      AtomicFile.writeUnforced(file, out -> out.write(bytes));
    } catch (JacquardException e) {
      if (!broken) {
        System.getLogger(LiveFile.class.getName())
            .log(Level.WARNING, e.getMessage() + "; the training cannot be watched");
      }
      broken = true;
    }
    long now = nanoClock.getAsLong();
    next = now + Math.max(INTERVAL_NANOSECONDS, LEAST_INTERVALS_PER_WRITE * (now - start));
  }

  private ObjectNode json(LiveState state) {
    ObjectNode json = Json.object();
    json.put(LiveFormat.VERSION_KEY, LiveFormat.VERSION);
    json.put(LiveFormat.STATE, state.label());
    json.put(LiveFormat.UPDATED, System.currentTimeMillis());
    json.set(LiveFormat.PROCESS, process);
    json.put(LiveFormat.STEP, progress.step());
    json.put(LiveFormat.LAST_STEP, info.lastStep());
    json.put(LiveFormat.EPOCH, Math.min(progress.epoch() + 1, info.recipe().epochs()));
    json.put(LiveFormat.EPOCHS, info.recipe().epochs());
    json.put(LiveFormat.STEPS_PER_EPOCH, info.stepsPerEpoch());
    put(json, LiveFormat.LOSS, known(progress.loss()));
    put(json, LiveFormat.ACCURACY, known(progress.accuracy()));
    put(json, LiveFormat.IMAGES_PER_SECOND, speed.rate());
    put(json, LiveFormat.SECONDS_LEFT, speed.secondsLeft(info, progress.step()));
    json.put(LiveFormat.TRAIN_SECONDS, progress.trainSeconds());
    json.put(LiveFormat.LEARNING_RATE, learningRate);
    json.set(LiveFormat.SERIES, series.json());
    json.set(LiveFormat.RECENT, recent.json());
    return json;
  }

  private static OptionalDouble known(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private static void put(ObjectNode json, String key, OptionalDouble value) {
    json.put(key, value.isPresent() ? value.getAsDouble() : null);
  }
}
