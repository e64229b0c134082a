package dev.jacquard.cli.run;

import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.Precision;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.Labels;
import dev.jacquard.cli.console.PathText;
import dev.jacquard.cli.run.RunSettings.ComputeSettings;
import dev.jacquard.cli.run.RunSettings.SampleSettings;
import dev.jacquard.cli.run.RunSettings.ScheduleSettings;
import dev.jacquard.cli.run.RunSettings.StepSettings;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** The form of {@code run.json}: settings as options are named, and what they ran on. */
final class SettingsJson {
  private SettingsJson() {}

  static ObjectNode write(RunSettings settings, RunOrigin origin) {
    StepSettings steps = settings.steps();
    SampleSettings samples = settings.samples();
    ComputeSettings compute = settings.compute();
    ObjectNode json = Json.object();
    json.put("network", origin.network());
    json.put("seed", compute.seed());
    json.put("epochs", steps.epochs());
    json.put("batch_size", steps.batchSize());
    json.put("learning_rate", settings.schedule().learningRate());
    json.put("schedule", settings.schedule().kind().label());
    write(json.putObject(RunOrigin.OPTIMIZER), origin.optimizer());
    json.put("label_smoothing", origin.labelSmoothing());
    json.put("max_steps", steps.maxSteps().isPresent() ? steps.maxSteps().getAsLong() : null);
    json.put("planned_steps", origin.plannedSteps());
    json.put("limit", samples.limit().isPresent() ? samples.limit().getAsInt() : null);
    json.put("validation", samples.validation().toString());
    json.put("shuffle", samples.shuffle());
    json.put("initial_weights", text(samples.initialWeights()));
    json.put("log_steps", settings.logSteps());
    json.put("data", text(samples.data()));
    json.put("offline", samples.offline());
    json.put("plugins", text(compute.plugins()));
    json.put("backend", compute.backend());
    ObjectNode options = json.putObject("backend_options");
    new TreeMap<>(compute.options()).forEach(options::put);
    json.put("precision", compute.precision().label());
    json.put("fuse", compute.fuse());
    writeDevice(json, origin.device());
    json.put("plan_fingerprint", origin.fingerprint());
    ObjectNode versions = json.putObject("versions");
    versions.put("jacquard", origin.version());
    versions.put("java", Runtime.version().toString());
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return json;
  }

  /** But for its rate, which is the schedule's. */
  private static void write(ObjectNode json, Optimizer optimizer) {
    json.put("type", optimizer.type());
    optimizer
        .settings()
        .forEach(
            (key, value) -> {
              if (value instanceof Boolean choice) {
                json.put(key, choice);
              } else {
                json.put(key, (Double) value);
              }
            });
  }

  private static void writeDevice(ObjectNode json, DeviceInfo device) {
    json.put("device", device.id());
    json.put("device_name", device.name());
    json.put("driver", device.driver());
  }

  private static String text(Optional<Path> path) {
    return path.map(Path::toString).orElse(null);
  }

  static RunSettings read(JsonFile json) {
    return new RunSettings(
        new ScheduleSettings(
            oneOf(json, "schedule", Schedule.values(), Schedule::label),
            json.number("learning_rate")),
        new StepSettings(
            json.count("epochs"),
            json.count("batch_size"),
            json.has("max_steps")
                ? OptionalLong.of(json.wholeNumber("max_steps"))
                : OptionalLong.empty()),
        new SampleSettings(
            path(json, "data"),
            json.truth("offline"),
            json.has("limit") ? OptionalInt.of(json.count("limit")) : OptionalInt.empty(),
            json.parsed("validation", Validation::parse),
            json.truth("shuffle"),
            path(json, "initial_weights")),
        new ComputeSettings(
            // The device itself, and not what auto would choose today.
            json.text("device"),
            backendOptions(json),
            path(json, "plugins"),
            oneOf(json, "precision", Precision.values(), Precision::label),
            json.truth("fuse"),
            json.wholeNumber("seed")),
        json.truth("log_steps"));
  }

  private static Optional<Path> path(JsonFile json, String key) {
    return json.has(key) ? Optional.of(json.parsed(key, PathText::parse)) : Optional.empty();
  }

  private static Map<String, String> backendOptions(JsonFile json) {
    JsonFile options = json.object("backend_options");
    Map<String, String> texts = new LinkedHashMap<>();
    options.keys().forEach(key -> texts.put(key, options.text(key)));
    return texts;
  }

  private static <T> T oneOf(JsonFile json, String key, T[] values, Function<T, String> label) {
    return json.parsed(key, text -> Labels.parse(values, label, text));
  }
}
