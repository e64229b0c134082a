package dev.jacquard.cli.bench;

import dev.jacquard.backend.MemoryUse;
import dev.jacquard.cli.console.Json;
import dev.jacquard.tck.Measurement;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A benchmark as JSON. Its form has a version, {@value #VERSION}, which is raised when a key goes
 * or changes its meaning; keys may be added. Times are in seconds, memory in bytes.
 *
 * <ul>
 *   <li>{@code format} is {@value #FORMAT}, {@code format_version} the number above; {@code
 *       failure} is there if a measurement failed, and says how.
 *   <li>The setting: {@code measured_at}, {@code network}, {@code network_sha256} of its JSON,
 *       {@code backend}, {@code device}, {@code device_name}, {@code device_kind}, {@code
 *       device_memory_bytes}, {@code device_details}, {@code driver}, {@code backend_options},
 *       {@code precision}, {@code fuse}, {@code seed}, {@code seconds}, {@code steps} where given,
 *       {@code version}, {@code commit}, {@code java}, {@code jvm}, {@code os}, {@code processors},
 *       and {@code clock} with {@code rounds}, {@code resolution_seconds} and, where the device
 *       says so, {@code stages}.
 *   <li>{@code verification}: {@code batch_size} of the plans, {@code tensors}, {@code seconds},
 *       and {@code worst} with {@code direction}, {@code tensor}, {@code error}, {@code allowed}.
 *   <li>{@code first_step}: {@code batch_size}, {@code program_cache}, and {@code first} and {@code
 *       again}, each with {@code open}, {@code session}, {@code upload}, {@code compile}, {@code
 *       step} and {@code total}.
 *   <li>{@code host_memory}: {@code heap_bytes} and, on Linux, {@code peak_resident_bytes}.
 *   <li>{@code roofline}, where the device has a probe: {@code flops_per_second}, {@code
 *       bytes_per_second}.
 *   <li>{@code training} and {@code inference}: for each batch size {@code batch_size}, {@code
 *       step_seconds} or {@code batch_seconds} with {@code median}, {@code min} and {@code max}
 *       over {@code rounds} of {@code batches_a_round}; {@code images_per_second}; {@code
 *       extrapolated}; {@code launches}; {@code fingerprint}; {@code device_memory}; {@code
 *       epoch_seconds}, or {@code images} and their {@code seconds}; {@code profiled_batches},
 *       {@code stage_seconds} of all stages, and {@code stages}: {@code name}, {@code kernel},
 *       {@code work}, {@code runs} a step, {@code flops} and {@code bytes} (0 where not known),
 *       {@code seconds} (the median), {@code seconds_min}, {@code seconds_max}, {@code share} of
 *       all stages, {@code flops_per_second}, {@code bytes_per_second} and {@code roofline_share}.
 * </ul>
 */
public final class BenchJson {
  static final String FORMAT = "jacquard-bench";
  static final int VERSION = 1;

  private BenchJson() {}

  /**
   * The document.
   *
   * @param failure of a measurement, which left those before it
   */
  public static ObjectNode of(BenchSetting setting, BenchReport report, Optional<String> failure) {
    ObjectNode document = Json.object();
    document.put("format", FORMAT);
    document.put("format_version", VERSION);
    failure.ifPresent(text -> document.put("failure", text));
    setting.into(document);
    report.verification().ifPresent(done -> verification(document, done));
    firstSteps(document.putObject("first_step"), report.firstSteps());
    ObjectNode host = document.putObject("host_memory");
    host.put("heap_bytes", report.host().heapBytes());
    report.host().peakResidentBytes().ifPresent(peak -> host.put("peak_resident_bytes", peak));
    report
        .roofline()
        .ifPresent(
            most -> {
              ObjectNode node = document.putObject("roofline");
              node.put("flops_per_second", most.flopsPerSecond());
              node.put("bytes_per_second", most.bytesPerSecond());
            });
    plans(document, report);
    return document;
  }

  private static void plans(ObjectNode document, BenchReport report) {
    ArrayNode training = document.putArray("training");
    for (Measured each : report.training()) {
      ObjectNode node = training.addObject();
      measured(node, "step_seconds", each);
      node.put("epoch_seconds", each.rounds().wholeSeconds());
      stages(node, report, each);
    }
    ArrayNode inference = document.putArray("inference");
    for (Measured each : report.inference()) {
      ObjectNode node = inference.addObject();
      measured(node, "batch_seconds", each);
      node.put("images", each.samples());
      node.put("seconds", each.rounds().wholeSeconds());
      stages(node, report, each);
    }
  }

  private static void verification(ObjectNode document, Verification done) {
    ObjectNode node = document.putObject("verification");
    node.put("batch_size", done.batch());
    node.put("tensors", done.tensors());
    node.put("seconds", done.seconds());
    Measurement worst = done.worst();
    ObjectNode of = node.putObject("worst");
    of.put("direction", worst.direction());
    of.put("tensor", worst.tensor());
    of.put("error", worst.error());
    of.put("allowed", worst.allowed());
  }

  private static void firstSteps(ObjectNode node, FirstSteps steps) {
    node.put("batch_size", steps.batch());
    node.put("program_cache", steps.cache());
    firstStep(node.putObject("first"), steps.first());
    steps.again().ifPresent(again -> firstStep(node.putObject("again"), again));
  }

  private static void firstStep(ObjectNode node, FirstStep step) {
    node.put("open", step.open());
    node.put("session", step.session());
    node.put("upload", step.upload());
    node.put("compile", step.build());
    node.put("step", step.step());
    node.put("total", step.total());
  }

  private static void measured(ObjectNode node, String time, Measured each) {
    Rounds rounds = each.rounds();
    node.put("batch_size", each.batch());
    ObjectNode seconds = node.putObject(time);
    seconds.put("median", rounds.median());
    seconds.put("min", rounds.least());
    seconds.put("max", rounds.most());
    node.put("images_per_second", each.imagesPerSecond());
    node.put("rounds", rounds.rounds().size());
    node.put("batches_a_round", rounds.units());
    node.put("extrapolated", rounds.extrapolated());
    node.put("launches", each.plan().launches());
    node.put("fingerprint", each.plan().fingerprint());
    MemoryUse memory = each.memory();
    ObjectNode device = node.putObject("device_memory");
    device.put("buffers", memory.buffers());
    device.put("state_bytes", memory.stateBytes());
    device.put("data_bytes", memory.dataBytes());
    device.put("work_bytes", memory.workBytes());
    device.put("total_bytes", memory.totalBytes());
  }

  private static void stages(ObjectNode node, BenchReport report, Measured each) {
    node.put("profiled_batches", each.profiled());
    node.put("stage_seconds", each.stageSeconds());
    ArrayNode stages = node.putArray("stages");
    for (StageShare share : each.stages()) {
      ObjectNode row = stages.addObject();
      row.put("name", share.stage().name());
      row.put("kernel", share.stage().kernel());
      row.put("work", share.stage().work());
      row.put("runs", share.runs());
      row.put("flops", share.stage().flops());
      row.put("bytes", share.stage().bytes());
      row.put("seconds", share.seconds());
      row.put("seconds_min", share.times().least());
      row.put("seconds_max", share.times().most());
      row.put("share", share.share());
      row.put("flops_per_second", share.flopsPerSecond());
      row.put("bytes_per_second", share.bytesPerSecond());
      share.of(report.roofline()).ifPresent(of -> row.put("roofline_share", of));
    }
  }
}
