package dev.jacquard.cli.bench;

import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.network.Network;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What bears on the numbers of a benchmark, and where they are from.
 *
 * @param network that is trained
 * @param backend its id
 * @param device as it says of itself
 * @param options of the backend by name, those not given with their defaults
 * @param arguments what else was asked for, as it would be given
 * @param config of the sessions
 * @param limits how long it may take
 * @param stageClock what times the stages, if the device says so
 * @param version of this program
 * @param commit that it was built of
 */
public record BenchSetting(
    Network network,
    String backend,
    DeviceInfo device,
    Map<String, String> options,
    List<String> arguments,
    SessionConfig config,
    Bench.Limits limits,
    Optional<String> stageClock,
    String version,
    String commit) {

  /** Copies the list. */
  public BenchSetting {
    arguments = List.copyOf(arguments);
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Network "
            + network.name()
            + " on "
            + device.id()
            + " ("
            + device.name()
            + "), "
            + config.precision().label()
            + (config.fuse() ? "" : ", not fused")
            + "; driver "
            + device.driver());
    lines.add("With " + String.join(" ", arguments));
    lines.add(
        "Jacquard "
            + version
            + ", commit "
            + commit
            + "; Java "
            + Runtime.version()
            + ", "
            + virtualMachine()
            + "; "
            + system()
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors");
    lines.add(
        "Rounds by "
            + HostClock.NAME
            + " (steps of "
            + Numbers.time(HostClock.resolution())
            + "), stages by "
            + stageClock.orElse("the backend's clock, which it does not name"));
    return lines;
  }

  /** Adds it to a document. */
  void into(ObjectNode document) {
    document.put("measured_at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    document.put("network", network.name());
    document.put("network_sha256", hash(network.toJson()));
    document.put("backend", backend);
    document.put("device", device.id());
    document.put("device_name", device.name());
    document.put("device_kind", device.kind().name());
    document.put("device_memory_bytes", device.memoryBytes());
    ObjectNode details = document.putObject("device_details");
    device.details().forEach(details::put);
    document.put("driver", device.driver());
    ObjectNode given = document.putObject("backend_options");
    options.forEach(given::put);
    document.put("precision", config.precision().label());
    document.put("fuse", config.fuse());
    document.put("seed", config.seed());
    document.put("seconds", limits.seconds());
    if (limits.steps() < Integer.MAX_VALUE) {
      document.put("steps", limits.steps());
    }
    document.put("version", version);
    document.put("commit", commit);
    document.put("java", Runtime.version().toString());
    document.put("jvm", virtualMachine());
    document.put("os", system());
    document.put("processors", Runtime.getRuntime().availableProcessors());
    ObjectNode clock = document.putObject("clock");
    clock.put("rounds", HostClock.NAME);
    clock.put("resolution_seconds", HostClock.resolution());
    stageClock.ifPresent(name -> clock.put("stages", name));
  }

  private static String virtualMachine() {
    return System.getProperty("java.vm.name");
  }

  private static String system() {
    return String.join(
        " ",
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("os.arch"));
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
