package dev.jacquard.opencl;

import static dev.jacquard.opencl.FewChainCase.layer;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.ChainCase.Tuning;
import dev.jacquard.opencl.ChainLaunch.Outputs;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A convolution of few input channels in one pass with its chain, forward and backward. */
final class FewChainKernelTest {
  private static final String FORWARD = "conv2d_few_chain";
  private static final String BACKWARD = "conv2d_few_chain_backward";
  private static final String ALL = "norm scale center pool";
  private static final String GATHER = " -DSTORED=uchar -DGATHER=1 -DX_SCALE=1.0f -DX_OFFSET=-3.0f";

  private FoundDevice found;

  /** What networks train with. */
  static List<FewChainCase> chains() {
    return List.of(
        FewChainCase.of(
            layer(Shape.of(28, 28, 1), 3, 1, true, 32, 3, 2),
            ALL,
            0.1,
            0.25,
            tuning(128, 16, 4, 300),
            7,
            5),
        FewChainCase.of(
            layer(Shape.of(28, 28, 1), 3, 1, true, 32, 2, 2),
            ALL,
            0.1,
            0.25,
            tuning(64, 8, 4, 784),
            2,
            3),
        // Odd edges; of the draws, a block serves several pixels, or a word one vector.
        FewChainCase.of(
            layer(Shape.of(9, 7, 1), 3, 1, true, 20, 3, 3),
            ALL,
            0.25,
            0.5,
            tuning(32, 4, 4, 63),
            5,
            2),
        FewChainCase.of(
            layer(Shape.of(9, 7, 3), 3, 1, true, 6, 4, 3),
            "norm center pool",
            0,
            0.3,
            tuning(64, 16, 2, 9),
            1,
            12),
        FewChainCase.of(
            layer(Shape.of(7, 10, 1), 3, 1, true, 8, 2, 2),
            ALL,
            0.1,
            0.3,
            tuning(64, 32, 4, 70),
            2,
            3),
        // A window that strides, items without channels, lanes without a window, parts without a
        // strip.
        FewChainCase.of(
            layer(Shape.of(13, 11, 1), 5, 2, false, 13, 5, 4),
            "norm scale pool",
            1,
            0.5,
            tuning(128, 8, 1, 5),
            3,
            4),
        FewChainCase.of(
            layer(Shape.of(6, 5, 2), 2, 1, false, 12, 4, 4),
            ALL,
            0.1,
            0,
            tuning(256, 64, 4, 20),
            3,
            40),
        FewChainCase.of(
            layer(Shape.of(8, 8, 1), 1, 1, true, 8, 3, 1),
            "norm pool",
            0,
            0.625,
            tuning(64, 32, 4, 16),
            4,
            1));
  }

  /** What inference leaves of them once the norm is folded away. */
  static List<FewChainCase> inferences() {
    return List.of(
        FewChainCase.of(
            layer(Shape.of(28, 28, 1), 3, 1, true, 32, 3, 2),
            "pool",
            0.1,
            0,
            tuning(128, 16, 4, 1),
            7,
            1),
        FewChainCase.of(
            layer(Shape.of(9, 7, 3), 3, 1, true, 6, 4, 3),
            "pool",
            0,
            0,
            tuning(64, 16, 2, 1),
            1,
            1),
        FewChainCase.of(
            layer(Shape.of(13, 11, 1), 5, 2, false, 13, 5, 4),
            "",
            0.5,
            0,
            tuning(128, 8, 1, 1),
            5,
            1));
  }

  private static Tuning tuning(int group, int lanes, int width, int tile) {
    return new Tuning(group, lanes, width, true, tile);
  }

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  @ParameterizedTest
  @MethodSource("chains")
  void computesWhatItsLayersWould(FewChainCase few) {
    double[] x = few.layer().samples(few.layer().inputElements(), 1);
    assertForward(few, x, ChainLaunch.raw(x), "");
  }

  @Test
  void gathersBytes() {
    FewChainCase few = chains().get(0);
    Gathered gathered = new Gathered(few);
    assertForward(few, gathered.x, gathered.stored, GATHER);
    assertBackward(few, gathered.x, gathered.stored, GATHER);
  }

  /** Bytes of a data set, of which a step has some. */
  private static final class Gathered {
    private static final int[] ORDER = {5, 1};

    private final double[] x;
    private final byte[] stored;

    Gathered(FewChainCase few) {
      int elements = few.layer().in().elements();
      double[] numbers = ConvolutionCase.integers(6 * elements, 10);
      stored = new byte[numbers.length];
      for (int e = 0; e < stored.length; e++) {
        stored[e] = (byte) (numbers[e] + 3);
      }
      x = new double[few.layer().inputElements()];
      for (int n = 0; n < ORDER.length; n++) {
        System.arraycopy(numbers, ORDER[n] * elements, x, n * elements, elements);
      }
    }

    /** The second step's; what it lacks has none. */
    static byte[] indices(int batch) {
      byte[] bytes = new byte[2 * batch * Integer.BYTES];
      Arrays.fill(bytes, (byte) -1);
      ByteBuffer numbers = Workbench.bytes(ORDER.length * Integer.BYTES);
      numbers.asIntBuffer().put(ORDER);
      numbers.get(bytes, batch * Integer.BYTES, ORDER.length * Integer.BYTES);
      return bytes;
    }
  }

  private ChainLaunch launch(FewChainCase few, String kernel, byte[] stored, String defines) {
    ChainCase chain = few.chain();
    return new ChainLaunch(found, chain, kernel, few.defines() + defines, kernel)
        .step(chain.extent().size(), ChainOracle.POSITION, ChainOracle.STEP)
        .bytes(stored)
        .bytes(Gathered.indices(few.layer().batch()))
        .floats(few.w());
  }

  private void assertForward(FewChainCase few, double[] x, byte[] stored, String more) {
    ChainCase chain = few.chain();
    ChainOracle oracle = few.oracle(x);
    int room = ChainKernelTest.tail(chain);
    Outputs outputs =
        launch(few, FORWARD, stored, chain.trainingDefines() + more)
            .floats(few.bias())
            .floats(few.moments(x))
            .floats(chain.scale() ? oracle.gamma : nothing())
            .floats(chain.center() ? oracle.beta : nothing())
            .changing(oracle.movingMean)
            .changing(oracle.movingVariance)
            .output(2 * chain.channels(), 0, Float.BYTES)
            .number((int) ChainOracle.SEED)
            .number((int) (ChainOracle.SEED >>> 32))
            .output(chain.outElements(), room, Float.BYTES)
            .output(chain.outElements(), room, 1)
            .output(chain.outElements(), room, Float.BYTES)
            .run();
    byte[] codes = outputs.bytes().get(4);
    ChainKernelTest.assertOut(oracle, outputs.floats(3), codes);
    ChainKernelTest.assertPicked(oracle, outputs.floats(5), codes);
    ChainKernelTest.assertMoments(oracle, outputs);
  }

  @ParameterizedTest
  @MethodSource("inferences")
  void takesWeightsThatHaveTheNormInThem(FewChainCase few) {
    ChainCase chain = few.chain();
    double[] x = few.layer().samples(few.layer().inputElements(), 1);
    String defines = chain.defines() + " -DDROP=0 -DCODES=0 -DPICKS=0";
    ChainLaunch launch = launch(few, FORWARD, ChainLaunch.raw(x), defines).floats(few.bias());
    launch.absent().absent().absent().absent().absent().absent().number(0).number(0);
    int room = ChainKernelTest.tail(chain);
    launch.output(chain.outElements(), room, Float.BYTES).absent().absent();
    Outputs outputs = launch.run();
    ChainOracle oracle = few.oracle(x);
    double[] expected = new double[chain.outElements()];
    for (int o = 0; o < expected.length; o++) {
      double best = oracle.z(chain.source(o, oracle.winner(o, false)), false);
      expected[o] = oracle.out(best, false);
    }
    ChainKernelTest.assertClose(expected, outputs.floats(outputs.bytes().size() - 3), 1);
  }

  @ParameterizedTest
  @MethodSource("chains")
  void derivesWhatItsLayersWould(FewChainCase few) {
    double[] x = few.layer().samples(few.layer().inputElements(), 1);
    assertBackward(few, x, ChainLaunch.raw(x), "");
  }

  private void assertBackward(FewChainCase few, double[] x, byte[] stored, String more) {
    ChainCase chain = few.chain();
    ChainOracle oracle = few.oracle(x);
    double[] sevens = new double[chain.channels()];
    Arrays.fill(sevens, 7);
    double[] expected = few.gradients(x, oracle);
    String tiles = " -DSUM_TILES=" + chain.sumTiles();
    Outputs outputs =
        launch(few, BACKWARD, stored, chain.trainingDefines() + tiles + more)
            .floats(few.moments(x))
            .floats(oracle.statistics())
            .floats(oracle.sums(chain.tuning().tile(), chain.sumTiles()))
            .floats(chain.scale() ? oracle.gamma : nothing())
            .changing(sevens)
            .changing(sevens)
            .bytes(oracle.codes())
            .floats(oracle.withTail(oracle.dout))
            .output(expected.length, 0, Float.BYTES)
            .exactly(few.parts())
            .run();
    double[] total = oracle.sums(Integer.MAX_VALUE, 1);
    double[] dgamma = new double[chain.channels()];
    double[] dbeta = new double[chain.channels()];
    for (int c = 0; c < chain.channels(); c++) {
      dgamma[c] = chain.scale() ? total[2 * c + 1] * ChainOracle.inverse(oracle.variance[c]) : 7;
      dbeta[c] = chain.center() ? total[2 * c] : 7;
    }
    ChainKernelTest.assertClose(dgamma, outputs.floats(0), chain.rows());
    ChainKernelTest.assertClose(dbeta, outputs.floats(1), chain.rows());
    ChainKernelTest.assertClose(expected, outputs.floats(2), chain.rows());
  }

  @Test
  void refusesWhatCannotBeCutSo() {
    assertBuildFails(FORWARD, " -DROWS=4", "the strips do not divide the output");
    assertBuildFails(BACKWARD, " -DGROUP=64 -DLANES=16", "a group has to take all channels");
    assertBuildFails(BACKWARD, " -DPOOL=0", "there have to be NORM, POOL and CODES");
  }

  private void assertBuildFails(String family, String defines, String reason) {
    try (Workbench bench = new Workbench(found.cl(), found)) {
      ClException e =
          assertThrows(
              ClException.class, () -> bench.kernel(KernelSources.of(family), defines, family));
      assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
  }

  private static double[] nothing() {
    return new double[] {Double.NaN};
  }
}
