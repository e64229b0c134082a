package dev.jacquard.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.reference.ReferenceBackend;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkCheckTest {
  private static List<Measurement> check(Fault fault) {
    FaultyBackend backend = new FaultyBackend(fault);
    try (Device device = backend.open(ReferenceBackend.ID, BackendOptions.none())) {
      List<Measurement> all =
          NetworkCheck.run(
              backend, BackendOptions.none(), device, Networks.small(), SessionConfig.of(1), 16);
      assertEquals(0, device.liveBuffers());
      return all;
    }
  }

  private static List<String> wrong(Fault fault) {
    return check(fault).stream()
        .filter(measurement -> !measurement.passed())
        .map(Measurement::direction)
        .distinct()
        .toList();
  }

  @Test
  void whatIsRightPassesInEveryDirection() {
    List<Measurement> all = check(new Fault() {});
    assertTrue(all.stream().allMatch(Measurement::passed), all.toString());
    assertTrue(all.stream().anyMatch(one -> one.direction().equals("forward")));
    assertTrue(all.stream().anyMatch(one -> one.direction().equals("backward")));
  }

  @Test
  void aWrongProbabilityIsFound() {
    Fault fault =
        new Fault() {
          @Override
          public void predict(
              Predictor predictor,
              ResidentData data,
              int first,
              int count,
              float[] probabilities,
              float[] losses) {
            predictor.predict(data, first, count, probabilities, losses);
            probabilities[0] += 1e-4f;
          }
        };
    assertEquals(List.of("forward"), wrong(fault));
  }

  @Test
  void aWrongOpIsFound() {
    Fault fault =
        new Fault() {
          @Override
          public Op op(Graph graph, Node node, SessionConfig config) {
            return node.op() instanceof Op.BatchNorm norm
                ? new Op.BatchNorm(
                    norm.momentum(), norm.epsilon() + 0.1f, norm.center(), norm.scale())
                : node.op();
          }
        };
    assertFalse(wrong(fault).isEmpty());
  }

  /** Multiplies the gradients of the first steps. */
  private static Fault multiplying(double factor, int steps) {
    return new Fault() {
      private int seen;

      @Override
      public double rate(Stretch stretch, int step) {
        return seen++ < steps ? factor * stretch.rate(step) : stretch.rate(step);
      }
    };
  }

  @Test
  void gradientsThatOneSetOfSamplesTearsAreHeldAgainstAnother() {
    assertEquals(List.of(), wrong(multiplying(1.05, 1)));
    assertEquals(List.of(), wrong(multiplying(1.05, 2)));
    assertEquals(List.of("backward"), wrong(multiplying(1.05, 3)));
    assertEquals(List.of("backward"), wrong(multiplying(2, 1)));
  }

  @Test
  void wrongHitsAreFound() {
    Fault fault =
        new Fault() {
          @Override
          public void outcome(Stretch stretch, StretchResult result) {
            result.hits()[0]++;
          }
        };
    assertThrows(AssertionError.class, () -> check(fault));
  }
}
