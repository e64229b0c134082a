package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The moments of what a first convolution sees of images, and of batches of them. */
final class FewMomentsKernelTest {
  private static final String FAMILY = "conv2d_few_moments";
  private static final int GROUP = 64;

  private FoundDevice found;

  /** A convolution, of which a batch is the data set, and how many rows are in hand at once. */
  private record Seen(ConvolutionCase layer, int rows) {
    int moments() {
      return layer.taps() + layer.taps() * (layer.taps() + 1) / 2;
    }

    String defines() {
      FewChainCase few = new FewChainCase(layer, null, rows, 1);
      return few.defines()
          + " -DBATCH="
          + layer.batch()
          + " -DGROUP="
          + GROUP
          + " -DOUT_H="
          + layer.window().outH()
          + " -DOUT_W="
          + layer.window().outW();
    }
  }

  static List<Seen> cases() {
    return List.of(
        seen(Shape.of(28, 28, 1), 3, 1, true, 5, 28),
        seen(Shape.of(28, 28, 1), 3, 1, true, 3, 4),
        seen(Shape.of(9, 7, 3), 3, 1, true, 4, 3),
        seen(Shape.of(13, 11, 1), 5, 2, false, 3, 1),
        seen(Shape.of(6, 5, 2), 2, 1, false, 2, 5),
        seen(Shape.of(8, 8, 1), 1, 1, true, 2, 8));
  }

  private static Seen seen(Shape in, int kernel, int stride, boolean same, int batch, int rows) {
    return new Seen(FewChainCase.layer(in, kernel, stride, same, 1, batch, batch), rows);
  }

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  private float[] table(Seen seen, byte[] stored, String more) {
    int images = seen.layer().batch();
    double[] nothing = new double[images * seen.moments()];
    Arrays.fill(nothing, Double.NaN);
    return table(seen, stored, more, 0, images, nothing);
  }

  /** Of some images, in the place of what is there. */
  private float[] table(
      Seen seen, byte[] stored, String more, int first, int end, double[] before) {
    return new KernelCall(found, FAMILY, seen.defines() + more, FAMILY)
        .group(GROUP)
        .bytes(stored)
        .number(first)
        .number(end)
        .output(before)
        .run()
        .floats(0);
  }

  private static void assertTable(Seen seen, double[] x, float[] table) {
    for (int image = 0; image < seen.layer().batch(); image++) {
      double[] expected = seen.layer().moments(x, image, 1);
      float[] own =
          Arrays.copyOfRange(table, image * expected.length, (image + 1) * expected.length);
      assertMoments(expected, own);
    }
  }

  private static void assertMoments(double[] expected, float[] moments) {
    for (int e = 0; e < expected.length; e++) {
      double allowed = 1e-6 * Math.max(1, Math.abs(expected[e]));
      assertEquals(expected[e], moments[e], allowed, "moment " + e);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void ofImagesOfBytes(Seen seen) {
    byte[] stored = new byte[seen.layer().inputElements()];
    new Random(1).nextBytes(stored);
    double[] x = new double[stored.length];
    Arrays.setAll(x, e -> (stored[e] & 0xFF) / 64.0 - 1.5);
    String scaled = " -DSTORED=uchar -DX_SCALE=0x1p-6f -DX_OFFSET=-1.5f";
    assertTable(seen, x, table(seen, stored, scaled));
  }

  @Test
  void aPartOfTheImages() {
    Seen seen = seen(Shape.of(9, 7, 3), 3, 1, true, 4, 3);
    byte[] stored = ChainLaunch.raw(ChainOracle.random(5, seen.layer().inputElements(), -1, 3));
    float[] whole = table(seen, stored, "");
    double[] before = new double[whole.length];
    Arrays.fill(before, 77);
    float[] part = table(seen, stored, "", 1, 3, before);
    for (int e = 0; e < whole.length; e++) {
      int image = e / seen.moments();
      boolean made = image == 1 || image == 2;
      assertEquals(made ? whole[e] : 77, part[e], "image " + image);
    }
  }

  /** A thousand standard deviations from 0: only the border is far from the others. */
  @Test
  void ofImagesFarFromZero() {
    Seen seen = seen(Shape.of(12, 10, 1), 3, 1, false, 3, 5);
    double[] x = ChainOracle.random(3, seen.layer().inputElements(), 999, 1001);
    assertTable(seen, x, table(seen, ChainLaunch.raw(x), ""));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void ofBatches(Seen seen) {
    int images = seen.layer().batch();
    double[] x = ChainOracle.random(4, seen.layer().inputElements(), -1, 3);
    double[] table = new double[images * seen.moments()];
    for (int image = 0; image < images; image++) {
      double[] own = seen.layer().moments(x, image, 1);
      System.arraycopy(own, 0, table, image * own.length, own.length);
    }
    // The second step has the last image and the first one; what is behind them is not read.
    int[] indices = new int[2 * images];
    Arrays.fill(indices, -1);
    Arrays.setAll(indices, i -> i < images ? i : i == images ? images - 1 : indices[i]);
    indices[images + 1] = 0;
    float[] merged =
        new KernelCall(found, FAMILY, seen.defines(), FAMILY + "_merge")
            .group(GROUP)
            .floats(table)
            .ints(indices)
            .ints(images, 0, 0, 0, 2, 0, 0, 0)
            .number(2)
            .output(2 * seen.moments())
            .run()
            .floats(0);
    int elements = seen.layer().in().elements();
    double[] pair = new double[x.length];
    System.arraycopy(x, x.length - elements, pair, 0, elements);
    System.arraycopy(x, 0, pair, elements, elements);
    assertMoments(seen.layer().moments(x, 0, images), Arrays.copyOf(merged, seen.moments()));
    assertMoments(
        seen.layer().moments(pair, 0, 2),
        Arrays.copyOfRange(merged, seen.moments(), 2 * seen.moments()));
  }

  @Test
  void refusesWhatCannotBeCutSo() {
    assertBuildFails(" -DROWS=5 -DOUT_H=28 -DOUT_W=28", "the strips do not divide the output");
    assertBuildFails(" -DGROUP=8", "an item for each tap");
  }

  private void assertBuildFails(String defines, String reason) {
    try (Workbench bench = new Workbench(found.cl(), found)) {
      ClException e =
          assertThrows(
              ClException.class, () -> bench.kernel(KernelSources.of(FAMILY), defines, FAMILY));
      assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
  }
}
