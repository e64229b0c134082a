package dev.jacquard.tck;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.DeviceReport;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.error.JacquardException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a backend says of itself, and how it refuses. */
final class ProbeCases {
  private ProbeCases() {}

  static void addTo(List<TckCase> cases) {
    cases.add(new TckCase("probe", "report", ProbeCases::report));
    cases.add(new TckCase("probe", "options", ProbeCases::options));
    cases.add(new TckCase("probe", "unknown-device", ProbeCases::unknown));
    cases.add(new TckCase("probe", "precisions", ProbeCases::precisions));
    cases.add(new TckCase("probe", "device-info", ProbeCases::info));
  }

  private static void report(Scene scene) {
    String id = scene.provider().id();
    BackendReport report = scene.provider().probe(scene.options());
    scene.require(
        report.backend().equals(id), "the report is of " + report.backend() + ", not " + id);
    boolean listed = false;
    for (DeviceReport device : report.devices()) {
      String name = device.info().id();
      scene.require(
          name.equals(id) || name.startsWith(id + ":"),
          "device " + name + " does not begin with " + id);
      scene.require(
          device.usable() || !device.problem().get().isBlank(),
          name + " is not usable and says not why");
      listed |= name.equals(scene.deviceId()) && device.usable();
    }
    scene.require(
        listed, "the device under test, " + scene.deviceId() + ", is not reported as ready");
  }

  private static void options(Scene scene) {
    Set<String> names = new HashSet<>();
    for (BackendOption<?> option : scene.provider().options()) {
      scene.require(names.add(option.name()), "two options are named " + option.name());
      scene.require(
          !option.help().isBlank() && option.name().matches("[a-z][a-z0-9-]*"),
          "option " + option.name() + " has a poor name or no help");
    }
  }

  private static void unknown(Scene scene) {
    String name = scene.provider().id() + ":no-such-device";
    scene.requireFailure(
        "opening an unknown device", () -> scene.provider().open(name, scene.options()), name);
  }

  /** Each precision works or is refused in one line that names it. */
  private static void precisions(Scene scene) {
    for (Precision precision : Precision.values()) {
      SessionConfig config = new SessionConfig(1, precision, true);
      try (Session session = scene.device().session(Networks.small(), config)) {
        scene.require(!session.tensors().isEmpty(), "a session without tensors");
      } catch (JacquardException e) {
        scene.require(precision != Precision.FP32, "fp32 is refused: " + e.getMessage());
        scene.requireFailure(
            "precision " + precision.label(),
            () -> {
              throw e;
            },
            precision.label());
      }
    }
  }

  private static void info(Scene scene) {
    scene.require(
        !scene.device().info().name().isBlank()
            && !scene.device().info().driver().isBlank()
            && scene.device().info().memoryBytes() > 0,
        "incomplete: " + scene.device().info());
  }
}
