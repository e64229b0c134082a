package dev.jacquard.tck;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.tck.TckResult.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Runs cases on a device, one after the other, without any test framework. */
public final class TckRunner {
  private TckRunner() {}

  /**
   * Runs the whole suite or a part of it.
   *
   * @param provider of the device
   * @param deviceId as its probe reports it
   * @param options for the device
   * @param asked whether plans are fused, and the precision; its seed does not matter
   * @param filter which cases to run
   * @param listener is told of each case, and may end the run before the next
   * @throws dev.jacquard.error.JacquardException if the device cannot be opened, or has no such
   *     precision
   */
  public static TckReport run(
      BackendProvider provider,
      String deviceId,
      BackendOptions options,
      SessionConfig asked,
      Predicate<TckCase> filter,
      TckListener listener) {
    List<TckCase> cases = TckSuite.cases().stream().filter(filter).toList();
    List<TckResult> results = new ArrayList<>();
    long start = System.nanoTime();
    try (Device device = provider.open(deviceId, options)) {
      device.session(Networks.small(), asked).close();
      for (TckCase each : cases) {
        if (listener.isEnough()) {
          break;
        }
        results.add(run(each, provider, options, device, asked));
        listener.ended(results.get(results.size() - 1), results.size(), cases.size());
      }
      return new TckReport(device.info(), results, (System.nanoTime() - start) / 1e9);
    }
  }

  /** Runs one case on an open device; never throws what the case throws. */
  public static TckResult run(
      TckCase test,
      BackendProvider provider,
      BackendOptions options,
      Device device,
      SessionConfig asked) {
    Scene scene = new Scene(provider, options, device, asked);
    long before = device.liveBuffers();
    long start = System.nanoTime();
    Status status = Status.PASSED;
    String detail = "";
    try {
      test.body().run(scene);
      detail = complaint(scene, device.liveBuffers() - before).orElse("");
      status = detail.isEmpty() ? Status.PASSED : Status.FAILED;
    } catch (Scene.Skipped e) {
      status = Status.SKIPPED;
      detail = e.getMessage();
    } catch (AssertionError e) {
      status = Status.FAILED;
      detail = e.getMessage();
    } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError e) {
      status = Status.FAILED;
      detail = "unexpected " + e + at(e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new TckResult(test.group(), test.name(), status, scene.measurements(), seconds, detail);
  }

  private static Optional<String> complaint(Scene scene, long leaked) {
    Optional<Measurement> wrong =
        scene.measurements().stream().filter(measurement -> !measurement.passed()).findFirst();
    if (wrong.isPresent()) {
      return Optional.of(wrong.get().toString());
    }
    return leaked == 0
        ? Optional.empty()
        : Optional.of("expected every buffer to be freed, but " + leaked + " more are alive");
  }

  private static String at(Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    return trace.length == 0 ? "" : " at " + trace[0];
  }
}
