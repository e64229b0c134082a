package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.ChainCase.Extent;
import dev.jacquard.opencl.ChainCase.Tuning;
import dev.jacquard.opencl.ChainLaunch.Outputs;
import dev.jacquard.opencl.binding.ClException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The chain of batch norm, activation, dropout and pooling in one pass, forward and backward. */
final class ChainKernelTest {
  private static final int KEPT = 4;
  private static final int POSITIVE = 8;

  private FoundDevice found;

  /** Of everything there is something, and of most things each pair. */
  static List<ChainCase> chains() {
    return List.of(
        // All layers, on processors and on GPUs.
        ChainCase.of(
            new Extent(5, 3, 7, 7, 32),
            "norm scale center pool",
            0.1,
            0.25,
            new Tuning(1, 1, 16, true, 40)),
        ChainCase.of(
            new Extent(6, 5, 5, 3, 32),
            "norm scale center pool",
            0.1,
            0.25,
            new Tuning(64, 4, 4, true, 4)),
        ChainCase.of(
            new Extent(3, 2, 6, 5, 33), "norm center pool", 0, 0.5, new Tuning(64, 4, 1, false, 7)),
        ChainCase.of(
            new Extent(2, 2, 3, 9, 96),
            "norm scale center pool",
            0.25,
            0.625,
            new Tuning(1, 1, 8, false, 1)),
        // Slices of the channels: of the same size, the last smaller, and more than there are
        // groups; draws within a block of several slices, across blocks, and of several blocks.
        ChainCase.of(
            new Extent(6, 5, 5, 3, 64),
            "norm scale center pool",
            0.1,
            0.25,
            new Tuning(64, 16, 4, true, 4, 16)),
        ChainCase.of(
            new Extent(3, 3, 5, 4, 36),
            "norm scale center pool",
            0.1,
            0.25,
            new Tuning(32, 32, 4, true, 9, 8)),
        ChainCase.of(
            new Extent(3, 2, 4, 3, 35),
            "norm center pool",
            0,
            0.3,
            new Tuning(16, 4, 1, false, 7, 12)),
        ChainCase.of(
            new Extent(3, 2, 4, 3, 64), "norm scale", 1, 0.3, new Tuning(64, 8, 4, true, 5, 32)),
        ChainCase.of(
            new Extent(3, 2, 2, 3, 100), "pool", 0.1, 0.25, new Tuning(16, 1, 2, true, 8, 4)),
        // Behind dense layers.
        ChainCase.of(
            new Extent(33, 31, 1, 1, 7),
            "norm scale center",
            0.3,
            0.3,
            new Tuning(64, 1, 1, false, 3)),
        ChainCase.of(
            new Extent(9, 9, 1, 1, 32), "norm scale", 0, 0.3, new Tuning(1, 1, 16, true, 64)),
        // Parts of it.
        ChainCase.of(new Extent(5, 4, 7, 7, 5), "pool", 1, 0, new Tuning(1, 1, 1, false, 8)),
        ChainCase.of(new Extent(4, 3, 6, 4, 32), "pool", 0, 0.3, new Tuning(1, 1, 8, true, 8)),
        ChainCase.of(new Extent(4, 3, 5, 3, 6), "pool", 0.1, 0.25, new Tuning(64, 4, 2, true, 8)),
        ChainCase.of(
            new Extent(3, 3, 9, 7, 1), "norm scale center", 1, 0, new Tuning(64, 4, 1, false, 100)),
        ChainCase.of(
            new Extent(3, 2, 4, 5, 32),
            "norm scale center pool",
            1,
            0,
            new Tuning(64, 16, 4, false, 3)),
        ChainCase.of(new Extent(3, 2, 3, 3, 32), "", 0, 0, new Tuning(64, 4, 8, true, 8)),
        ChainCase.of(new Extent(7, 6, 1, 1, 48), "", 1, 0.125, new Tuning(64, 4, 16, true, 8)));
  }

  static List<ChainCase> inferences() {
    return List.of(chains().get(0), chains().get(2), chains().get(8), chains().get(9));
  }

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  @ParameterizedTest
  @MethodSource("chains")
  void computesWhatItsLayersWould(ChainCase chain) {
    ChainOracle oracle = new ChainOracle(chain);
    Outputs outputs = train(oracle);
    int last = outputs.bytes().size() - 1;
    assertOut(oracle, outputs.floats(last - 2), outputs.bytes().get(last - 1));
    if (chain.picks()) {
      assertPicked(oracle, outputs.floats(last), outputs.bytes().get(last - 1));
    }
    if (chain.norm()) {
      assertMoments(oracle, outputs);
    }
  }

  /** A sum of squares less a squared sum would have no digit left. */
  @Test
  void keepsItsDigitsFarFromZero() {
    for (int number : new int[] {0, 1}) {
      ChainCase chain = chains().get(number);
      ChainOracle oracle = new ChainOracle(chain, 1000);
      float[] statistics = train(oracle).floats(2);
      for (int c = 0; c < chain.channels(); c++) {
        double inverse = ChainOracle.inverse(oracle.variance[c]);
        assertEquals(oracle.mean[c], statistics[2 * c], 2 * Math.ulp(1000f));
        assertEquals(inverse, statistics[2 * c + 1], 1e-5 * inverse);
      }
    }
  }

  /** What the forward kernel writes: moving moments and statistics, out, codes and picked. */
  private Outputs train(ChainOracle oracle) {
    ChainCase chain = oracle.chain;
    ChainLaunch launch = forward(oracle, chain.trainingDefines());
    if (chain.norm()) {
      launch
          .floats(oracle.partials())
          .floats(chain.scale() ? oracle.gamma : nothing())
          .floats(chain.center() ? oracle.beta : nothing())
          .changing(oracle.movingMean)
          .changing(oracle.movingVariance)
          .output(2 * chain.channels(), 0, Float.BYTES);
    } else {
      launch.absent().absent().absent().absent().absent().absent();
    }
    launch.number((int) ChainOracle.SEED).number((int) (ChainOracle.SEED >>> 32));
    launch.output(chain.outElements(), tail(chain), Float.BYTES);
    launch.output(chain.codes() ? chain.outElements() : 0, tail(chain), 1);
    launch.output(chain.picks() ? chain.outElements() : 0, tail(chain), Float.BYTES);
    return launch.run();
  }

  @ParameterizedTest
  @MethodSource("inferences")
  void takesTheMovingMomentsInInference(ChainCase chain) {
    ChainOracle oracle = new ChainOracle(chain);
    ChainLaunch launch = forward(oracle, chain.inferenceDefines()).absent();
    if (chain.norm()) {
      launch
          .floats(chain.scale() ? oracle.gamma : nothing())
          .floats(chain.center() ? oracle.beta : nothing())
          .floats(oracle.movingMean)
          .floats(oracle.movingVariance);
    } else {
      launch.absent().absent().absent().absent();
    }
    launch.absent().number(0).number(0);
    launch.output(chain.outElements(), tail(chain), Float.BYTES).absent().absent();
    Outputs outputs = launch.run();
    double[] expected = new double[chain.outElements()];
    for (int o = 0; o < expected.length; o++) {
      double best = oracle.z(chain.source(o, oracle.winner(o, false)), false);
      expected[o] = oracle.out(best, false);
    }
    assertClose(expected, outputs.floats(outputs.bytes().size() - 3), 1);
  }

  @ParameterizedTest
  @MethodSource("chains")
  void derivesWhatItsLayersWould(ChainCase chain) {
    ChainOracle oracle = new ChainOracle(chain);
    double[] sums = chain.norm() ? sums(oracle) : nothing();
    Outputs outputs =
        backward(oracle, sums, false).output(chain.inElements(), inTail(chain), 4).run();
    assertClose(oracle.dy(), outputs.floats(outputs.bytes().size() - 1), chain.rows());
    if (chain.norm()) {
      double[] total = oracle.sums(Integer.MAX_VALUE, 1);
      double[] dgamma = new double[chain.channels()];
      double[] dbeta = new double[chain.channels()];
      for (int c = 0; c < chain.channels(); c++) {
        dgamma[c] = chain.scale() ? total[2 * c + 1] * ChainOracle.inverse(oracle.variance[c]) : 7;
        dbeta[c] = chain.center() ? total[2 * c] : 7;
      }
      assertClose(dgamma, outputs.floats(0), chain.rows());
      assertClose(dbeta, outputs.floats(1), chain.rows());
    }
  }

  @Test
  void addsToTheGradientThatIsThere() {
    for (int number : new int[] {1, 7}) {
      ChainCase chain = chains().get(number);
      ChainOracle oracle = new ChainOracle(chain);
      double[] there = ChainOracle.random(9, chain.inElements(), -1, 1);
      double[] sums = chain.norm() ? sums(oracle) : nothing();
      Outputs outputs = backward(oracle, sums, true).changing(there).run();
      double[] expected = oracle.dy();
      Arrays.setAll(expected, e -> expected[e] + there[e]);
      assertClose(expected, outputs.floats(outputs.bytes().size() - 1), chain.rows());
    }
  }

  @Test
  void refusesWhatItsVectorsDoNotDivide() {
    assertBuildFails("chain_forward", " -DCHANNELS=6 -DWIDTH=4", "WIDTH must divide CHANNELS");
    assertBuildFails("chain_backward", " -DGROUP=64 -DLANES=3", "must be powers of two");
    assertBuildFails("chain_forward", " -DINFERENCE=1", "neither DROP nor CODES nor PICKS");
    assertBuildFails("chain_backward", " -DCODES=0", "POOL needs CODES");
    assertBuildFails("chain_forward", " -DSLICE=6", "WIDTH must divide SLICE");
    assertBuildFails("chain_backward", " -DGROUP=8 -DLANES=4", "SLICE must be at most");
  }

  private void assertBuildFails(String family, String defines, String reason) {
    try (Workbench bench = new Workbench(found.cl(), found)) {
      ClException e =
          assertThrows(
              ClException.class, () -> bench.kernel(KernelSources.of(family), defines, family));
      assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
  }

  /** The forward kernel up to y. */
  private ChainLaunch forward(ChainOracle oracle, String defines) {
    ChainCase chain = oracle.chain;
    return new ChainLaunch(found, chain, "chain_forward", defines, "chain_forward")
        .step(chain.extent().size(), ChainOracle.POSITION, ChainOracle.STEP)
        .floats(oracle.withTail(oracle.y));
  }

  /** The device's sums, which are checked. */
  private double[] sums(ChainOracle oracle) {
    ChainCase chain = oracle.chain;
    double[] values = oracle.withTail(chain.pool() ? oracle.picked() : oracle.y);
    ChainLaunch launch =
        new ChainLaunch(
                found, chain, "chain_backward", chain.trainingDefines(), "chain_backward_sums")
            .step(chain.extent().size(), 0, 0)
            .floats(values)
            .floats(oracle.statistics());
    launch = chain.codes() ? launch.bytes(oracle.codes()) : launch.absent();
    Outputs outputs =
        launch
            .floats(oracle.withTail(oracle.dout))
            .output(2 * chain.sumTiles() * chain.channels(), 0, Float.BYTES)
            .run();
    float[] sums = outputs.floats(outputs.bytes().size() - 1);
    int tile = chain.tuning().tile();
    assertClose(oracle.sums(tile, chain.sumTiles()), sums, Math.min(tile, chain.rows()));
    double[] wide = new double[sums.length];
    Arrays.setAll(wide, i -> sums[i]);
    return wide;
  }

  /** The backward kernel up to dout. */
  private ChainLaunch backward(ChainOracle oracle, double[] sums, boolean accumulate) {
    ChainCase chain = oracle.chain;
    String defines = chain.trainingDefines() + " -DACCUMULATE=" + (accumulate ? 1 : 0);
    ChainLaunch launch =
        new ChainLaunch(found, chain, "chain_backward", defines, "chain_backward")
            .step(chain.extent().size(), 0, 0);
    if (chain.norm()) {
      double[] sevens = new double[chain.channels()];
      Arrays.fill(sevens, 7);
      launch
          .floats(oracle.withTail(oracle.y))
          .floats(oracle.statistics())
          .floats(sums)
          .floats(chain.scale() ? oracle.gamma : nothing())
          .changing(sevens)
          .changing(sevens);
    } else {
      launch.absent().absent().absent().absent().absent().absent();
    }
    launch = chain.codes() ? launch.bytes(oracle.codes()) : launch.absent();
    return launch.floats(oracle.withTail(oracle.dout));
  }

  private static double[] nothing() {
    return new double[] {Double.NaN};
  }

  /** Elements of the output that belong to samples that the step does not have. */
  static int tail(ChainCase chain) {
    return chain.extent().batch() * chain.outSample() - chain.outElements();
  }

  private static int inTail(ChainCase chain) {
    return chain.extent().batch() * chain.sample() - chain.inElements();
  }

  /**
   * Checks what came out, and the codes. Another position than the oracle's may win only if
   * rounding can make up for its lead, which dropped elements, being equal exactly, never need.
   */
  static void assertOut(ChainOracle oracle, float[] out, byte[] codes) {
    ChainCase chain = oracle.chain;
    double[] expected = new double[chain.outElements()];
    for (int o = 0; o < expected.length; o++) {
      double best = oracle.z(chain.source(o, oracle.winner(o, true)), true);
      expected[o] = oracle.out(best, true);
      if (chain.codes()) {
        assertCode(oracle, o, codes[o]);
      }
    }
    assertClose(expected, out, chain.rows());
  }

  private static void assertCode(ChainOracle oracle, int o, byte actual) {
    byte expected = oracle.code(o);
    if (actual != expected) {
      double[] z = new double[2];
      int[] codes = {expected, actual};
      for (int i = 0; i < 2; i++) {
        int source = oracle.chain.source(o, codes[i] & 3);
        assertTrue(source >= 0, "beyond the edge: code " + o);
        assertEquals(oracle.keeps(source), (codes[i] & KEPT) != 0, "code " + o);
        z[i] = oracle.z(source, true);
      }
      assertTrue(oracle.chain.norm() && (expected & actual & KEPT) != 0, "code " + o);
      assertEquals(z[0], z[1], 1e-5, "code " + o);
      boolean signs = (expected & POSITIVE) == (actual & POSITIVE) || Math.abs(z[0]) < 1e-5;
      assertTrue(signs, "code " + o);
    }
  }

  static void assertPicked(ChainOracle oracle, float[] picked, byte[] codes) {
    for (int o = 0; o < picked.length; o++) {
      int source = oracle.chain.source(o, codes[o] & 3);
      assertEquals(oracle.y[source], picked[o], "picked " + o);
    }
  }

  static void assertMoments(ChainOracle oracle, Outputs outputs) {
    int channels = oracle.chain.channels();
    double[] means = new double[channels];
    double[] variances = new double[channels];
    double rest = 1 - (double) ChainCase.MOMENTUM;
    for (int c = 0; c < channels; c++) {
      means[c] = ChainCase.MOMENTUM * oracle.movingMean[c] + rest * oracle.mean[c];
      variances[c] = ChainCase.MOMENTUM * oracle.movingVariance[c] + rest * oracle.variance[c];
    }
    assertClose(means, outputs.floats(0), oracle.chain.rows());
    assertClose(variances, outputs.floats(1), oracle.chain.rows());
    assertClose(oracle.statistics(), outputs.floats(2), oracle.chain.rows());
  }

  /** Within the conformance suite's tolerance; nothing smaller than 1 counts. */
  static void assertClose(double[] expected, float[] actual, int terms) {
    double most = 1;
    for (double value : expected) {
      most = Double.isFinite(value) ? Math.max(most, Math.abs(value)) : most;
    }
    double tolerance = 8 * 0x1p-24 * Math.sqrt(terms) * most;
    assertEquals(expected.length, actual.length);
    assertFalse(actual.length == 0);
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected[i], actual[i], tolerance, "element " + i);
    }
  }
}
