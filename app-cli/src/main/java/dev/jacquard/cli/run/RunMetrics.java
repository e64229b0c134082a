package dev.jacquard.cli.run;

import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.cli.console.Json;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Progress;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a training achieved, and how fast.
 *
 * @param settings of the training
 * @param origin what it ran on
 * @param progress where it ended
 * @param trainingSamples in an epoch
 * @param test its evaluation on the test set
 */
public record RunMetrics(
    RunSettings settings,
    RunOrigin origin,
    Progress progress,
    int trainingSamples,
    Evaluation test) {
  /** A key of {@code metrics.json}. */
  public static final String TEST_LOSS = "test_loss";

  /** Likewise: the share of the test images that are classified right. */
  public static final String TEST_ACCURACY = "test_accuracy";

  /** Likewise: how many were done when it was tested. */
  public static final String STEPS = "steps";

  /** Likewise: spent training until then. */
  public static final String TRAIN_SECONDS = "train_seconds";

  /** Likewise: {@link #imagesPerSecond}. */
  public static final String IMAGES_PER_SECOND = "images_per_second";

  /** Training speed over all epochs, without validation, checkpoints or start-up. */
  double imagesPerSecond() {
    long images = (long) progress.history().size() * trainingSamples + progress.samples();
    double seconds = progress.trainSeconds();
    return seconds > 0 ? images / seconds : 0;
  }

  ObjectNode json() {
    DeviceInfo device = origin.device();
    ObjectNode json = Json.object();
    json.put(TEST_LOSS, test.loss());
    json.put(TEST_ACCURACY, test.accuracy());
    json.put("device", device.id());
    json.put("device_name", device.name());
    json.put("backend", device.backend());
    json.put("precision", settings.compute().precision().label());
    json.put("epochs", progress.history().size());
    json.put(STEPS, progress.step());
    json.put("batch_size", settings.steps().batchSize());
    json.put("seed", settings.compute().seed());
    json.put(TRAIN_SECONDS, progress.trainSeconds());
    json.set(
        "seconds_per_epoch",
        Json.numbers(progress.history().stream().mapToDouble(EpochResult::seconds).toArray()));
    json.put(IMAGES_PER_SECOND, imagesPerSecond());
    return json;
  }
}
