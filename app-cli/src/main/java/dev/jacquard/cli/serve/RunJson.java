package dev.jacquard.cli.serve;

import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.Thinned;
import dev.jacquard.cli.run.LiveFormat;
import dev.jacquard.cli.run.LiveState;
import dev.jacquard.cli.run.RunMetrics;
import dev.jacquard.cli.run.RunOrigin;
import dev.jacquard.train.EpochResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A run as the page is told of it. What the files say is taken over value by value, each only if it
 * is of the kind that is expected.
 */
final class RunJson {
  /** A training elsewhere, whose process cannot be seen from here, writes more often than this. */
  private static final long SILENCE_MILLISECONDS = 10_000;

  /** A process's start is counted from the machine's, which moves when its clock is set. */
  private static final long CLOCK_MILLISECONDS = 2000;

  private static final int MOST_POINTS = 4096;
  private static final int MOST_ROWS = 500;
  private static final int LONGEST_TEXT = 300;

  private final LongSupplier clock;

  /** With the milliseconds since 1970 from {@code clock}. */
  RunJson(LongSupplier clock) {
    this.clock = clock;
  }

  /** A line of the list. */
  ObjectNode summary(Path folder, RunFiles files) {
    JsonNode settings = files.settings();
    JsonNode live = live(files);
    boolean running = isRunning(live);
    JsonNode results = running ? Json.object() : results(files.metrics(), live);
    ObjectNode json = Json.object();
    json.put("name", folder.getFileName().toString());
    json.put("begun", files.begun());
    texts(json, settings, "network", "device", "device_name");
    json.put("running", running);
    json.put("state", state(files, live, running));
    json.put("tested", results.path(RunMetrics.TEST_ACCURACY).isNumber());
    result(json, results, files.history(), live);
    numbers(json, live, LiveFormat.TRAIN_SECONDS, LiveFormat.IMAGES_PER_SECOND);
    numbers(json, results, RunMetrics.TRAIN_SECONDS, RunMetrics.IMAGES_PER_SECOND);
    if (running) {
      numbers(
          json, live, LiveFormat.STEP, LiveFormat.LAST_STEP, LiveFormat.EPOCH, LiveFormat.EPOCHS);
    }
    json.put("report", files.hasReport());
    return json;
  }

  /** All of it. */
  ObjectNode whole(Path folder, RunFiles files) {
    ObjectNode json = summary(folder, files);
    json.set("history", history(files.history()));
    JsonNode live = live(files);
    ObjectNode told = json.putObject("live");
    numbers(
        told,
        live,
        LiveFormat.LOSS,
        LiveFormat.ACCURACY,
        LiveFormat.IMAGES_PER_SECOND,
        LiveFormat.SECONDS_LEFT,
        LiveFormat.TRAIN_SECONDS,
        LiveFormat.LEARNING_RATE,
        LiveFormat.STEPS_PER_EPOCH);
    for (String key : List.of(LiveFormat.SERIES, LiveFormat.RECENT)) {
      told.set(key, series(live.path(key)));
    }
    ObjectNode shown = json.putObject("settings");
    for (Map.Entry<String, JsonNode> entry : files.settings().properties()) {
      put(shown, entry.getKey(), entry.getValue());
    }
    for (Map.Entry<String, JsonNode> entry :
        files.settings().path(RunOrigin.OPTIMIZER).properties()) {
      put(shown, RunOrigin.OPTIMIZER + " " + entry.getKey(), entry.getValue());
    }
    for (Map.Entry<String, JsonNode> entry : files.settings().path("versions").properties()) {
      put(shown, entry.getKey() + " version", entry.getValue());
    }
    return json;
  }

  private static JsonNode live(RunFiles files) {
    boolean isKnown = files.live().path(LiveFormat.VERSION_KEY).asInt(0) == LiveFormat.VERSION;
    return isKnown ? files.live() : Json.object();
  }

  /** Whether a training goes on: what it wrote says so, and its process is still there. */
  private boolean isRunning(JsonNode live) {
    long silence = clock.getAsLong() - live.path(LiveFormat.UPDATED).asLong(0);
    return said(live).filter(LiveState::isBusy).isPresent()
        && (isAlive(live.path(LiveFormat.PROCESS)) || Math.abs(silence) < SILENCE_MILLISECONDS);
  }

  private static boolean isAlive(JsonNode process) {
    return ProcessHandle.of(process.path(LiveFormat.PID).asLong(-1))
        .filter(ProcessHandle::isAlive)
        .flatMap(found -> found.info().startInstant())
        .map(started -> started.toEpochMilli() - process.path(LiveFormat.STARTED).asLong(-1))
        .filter(apart -> Math.abs(apart) <= CLOCK_MILLISECONDS)
        .isPresent();
  }

  /** In a word or two. */
  private static String state(RunFiles files, JsonNode live, boolean running) {
    Optional<LiveState> said = said(live);
    if (said.isEmpty()) {
      return files.hasModel() ? "finished" : "not finished";
    }
    return switch (said.get()) {
      case COMPLETED -> files.hasModel() ? "finished" : "not tested";
      case MAX_STEPS, STOPPED -> files.hasModel() ? "stopped" : "not tested";
      case INTERRUPTED, FAILED -> said.get().label();
      // Else it was killed, or its machine went down.
      case TRAINING, VALIDATING -> running ? said.get().label() : "ended early";
    };
  }

  private static Optional<LiveState> said(JsonNode live) {
    return LiveState.labelled(live.path(LiveFormat.STATE).asString(""));
  }

  /**
   * The metrics, unless the training has gone on since and has not ended again: by what it wrote
   * last, of which the checkpoint, and so what is served, may know nothing yet.
   */
  private static JsonNode results(JsonNode metrics, JsonNode live) {
    long tested = metrics.path(RunMetrics.STEPS).asLong(Long.MAX_VALUE);
    return live.path(LiveFormat.STEP).asLong(0) <= tested ? metrics : Json.object();
  }

  /** The test's result, else the newest validation's, else the training's own. */
  private static void result(
      ObjectNode json, JsonNode results, List<EpochResult> history, JsonNode live) {
    if (results.path(RunMetrics.TEST_ACCURACY).isNumber()) {
      json.set("accuracy", results.path(RunMetrics.TEST_ACCURACY));
      put(json, "loss", results.path(RunMetrics.TEST_LOSS));
    } else if (!history.isEmpty()) {
      EpochResult last = history.get(history.size() - 1);
      json.put("accuracy", last.valAccuracy().orElse(last.accuracy()));
      json.put("loss", last.valLoss().orElse(last.loss()));
    } else {
      numbers(json, live, LiveFormat.ACCURACY, LiveFormat.LOSS);
    }
  }

  private static ObjectNode history(List<EpochResult> all) {
    List<EpochResult> rows = Thinned.to(MOST_ROWS, all);
    ObjectNode json = Json.object();
    ArrayNode epochs = json.putArray("epoch");
    rows.forEach(row -> epochs.add(row.epoch()));
    column(json, "loss", rows, row -> OptionalDouble.of(row.loss()));
    column(json, "accuracy", rows, row -> OptionalDouble.of(row.accuracy()));
    column(json, "val_loss", rows, EpochResult::valLoss);
    column(json, "val_accuracy", rows, EpochResult::valAccuracy);
    column(json, "seconds", rows, row -> OptionalDouble.of(row.seconds()));
    return json;
  }

  private static void column(
      ObjectNode json,
      String name,
      List<EpochResult> rows,
      Function<EpochResult, OptionalDouble> value) {
    ArrayNode column = json.putArray(name);
    for (EpochResult row : rows) {
      OptionalDouble known = value.apply(row);
      if (known.isPresent() && Double.isFinite(known.getAsDouble())) {
        column.add(known.getAsDouble());
      } else {
        column.addNull();
      }
    }
  }

  /** Three arrays of numbers of one length; empty if they are not that. */
  private static ObjectNode series(JsonNode from) {
    int length = from.path(LiveFormat.STEPS).size();
    List<String> names = List.of(LiveFormat.STEPS, LiveFormat.LOSS, LiveFormat.ACCURACY);
    boolean fits =
        length <= MOST_POINTS
            && names.stream().allMatch(name -> isNumbers(from.path(name), length));
    ObjectNode json = Json.object();
    for (String name : names) {
      json.set(name, fits ? from.path(name) : Json.numbers(new double[0]));
    }
    return json;
  }

  private static boolean isNumbers(JsonNode array, int length) {
    if (!array.isArray() || array.size() != length) {
      return false;
    }
    for (JsonNode value : array) {
      if (!value.isNumber()) {
        return false;
      }
    }
    return true;
  }

  private static void numbers(ObjectNode to, JsonNode from, String... keys) {
    for (String key : keys) {
      if (from.path(key).isNumber()) {
        to.set(key, from.path(key));
      }
    }
  }

  private static void texts(ObjectNode to, JsonNode from, String... keys) {
    for (String key : keys) {
      if (from.path(key).isString()) {
        put(to, key, from.path(key));
      }
    }
  }

  /** A number, a truth value or a text of sensible length. */
  private static void put(ObjectNode to, String key, JsonNode value) {
    if (value.isNumber() || value.isBoolean()) {
      to.set(key, value);
    } else if (value.isString()) {
      String text = value.stringValue();
      to.put(key, text.substring(0, Math.min(text.length(), LONGEST_TEXT)));
    }
  }
}
