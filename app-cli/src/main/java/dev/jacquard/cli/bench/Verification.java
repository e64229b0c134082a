package dev.jacquard.cli.bench;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.tck.Measurement;
import dev.jacquard.tck.NetworkCheck;
import java.util.Comparator;
import java.util.List;

/**
 * What a device computed beside the double-precision reference before it was timed: inference and a
 * training step of a few samples, all within the tolerance.
 *
 * @param batch that the plans were compiled for
 * @param tensors how many were compared
 * @param worst the one that took most of its tolerance
 * @param seconds that it took
 */
public record Verification(int batch, int tensors, Measurement worst, double seconds) {
  /**
   * Compares.
   *
   * @throws JacquardException if the device computes something else than the network
   */
  static Verification run(
      DeviceChoice choice, Device device, Graph graph, SessionConfig config, int batch) {
    int compiled = Math.max(batch, NetworkCheck.SAMPLES);
    long start = System.nanoTime();
    List<Measurement> all;
    try {
      all = NetworkCheck.run(choice.provider(), choice.options(), device, graph, config, compiled);
    } catch (AssertionError e) {
      throw failure(device, e.getMessage());
    }
    Measurement worst = all.stream().max(Comparator.comparingDouble(Measurement::share)).get();
    if (!worst.passed()) {
      throw failure(device, worst.toString());
    }
    return new Verification(compiled, all.size(), worst, (System.nanoTime() - start) * 1e-9);
  }

  private static JacquardException failure(Device device, String what) {
    return new JacquardException(
        device.info().id()
            + " computes something else than the reference, so nothing is measured: "
            + what
            + "; \""
            + Invocation.command()
            + " verify --backend "
            + device.info().id()
            + "\" says in which ops");
  }
}
