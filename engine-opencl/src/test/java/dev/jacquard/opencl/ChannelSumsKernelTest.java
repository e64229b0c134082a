package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.ClException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sums over rows that a bias needs. Rows that a step lacks hold NaN. */
final class ChannelSumsKernelTest {
  private static final int TILE = 64;

  private FoundDevice found;

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  /** Rows that fill no tile, one tile, and more tiles than a group has items. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 65, 4200})
  void sumsChannels(int pixels) {
    int batch = 3;
    for (int channels : new int[] {1, 33}) {
      for (int size = 1; size <= batch; size += 2) {
        double[] x = ConvolutionCase.integers(batch * pixels * channels, pixels + size);
        int read = size * pixels * channels;
        Arrays.fill(x, read, x.length, Double.NaN);
        float[] sums = sums(batch, pixels, channels, size, x);
        double[] expected = columnSums(x, read, channels);
        for (int c = 0; c < channels; c++) {
          assertEquals((float) expected[c], sums[c], "channel " + c);
        }
      }
    }
  }

  /** 12,544 positive numbers: one chain would be off by far more than this allows. */
  @Test
  void keepsTheRoundingOfLongSumsSmall() {
    SplittableRandom random = new SplittableRandom(16);
    double[] x = random.doubles(16 * 784 * 3, 0.5, 1.5).map(value -> (float) value).toArray();
    float[] sums = sums(16, 784, 3, 16, x);
    double[] expected = columnSums(x, x.length, 3);
    for (int c = 0; c < 3; c++) {
      assertEquals(expected[c], sums[c], 4 * 0x1p-24 * expected[c], "channel " + c);
    }
  }

  @Test
  void sumsNotANumberInItsChannelOnly() {
    double[] x = ConvolutionCase.integers(70 * 3, 17);
    x[66 * 3 + 1] = Double.NaN;
    float[] sums = sums(10, 7, 3, 10, x);
    double[] expected = columnSums(x, x.length, 3);
    for (int c = 0; c < 3; c++) {
      assertEquals((float) expected[c], sums[c], "channel " + c);
    }
  }

  @Test
  void refusesGroupsThatAreNoPowerOfTwo() {
    try (Workbench bench = new Workbench(found.cl(), found)) {
      String source = KernelSources.of("channel_sums");
      ClException e =
          assertThrows(
              ClException.class, () -> bench.kernel(source, " -DGROUP=48", "channel_sums"));
      assertTrue(e.getMessage().contains("GROUP must be a power of two"), e.getMessage());
    }
  }

  /** Both kernels, each with few groups and with many. */
  private float[] sums(int batch, int pixels, int channels, int size, double[] x) {
    int tiles = (batch * pixels + TILE - 1) / TILE;
    float[] partials =
        new KernelCall(found, "channel_sums", "", "channel_sums")
            .step(size, 0, 0)
            .number(pixels)
            .number(channels)
            .number(tiles)
            .floats(x)
            .output(tiles * channels)
            .run()
            .floats(0);
    double[] widened = new double[partials.length];
    for (int i = 0; i < partials.length; i++) {
      widened[i] = partials[i];
    }
    return new KernelCall(found, "channel_sums", "", "channel_sums_merge")
        .number(channels)
        .number(tiles)
        .floats(widened)
        .output(channels)
        .run()
        .floats(0);
  }

  private static double[] columnSums(double[] x, int elements, int columns) {
    double[] sums = new double[columns];
    for (int e = 0; e < elements; e++) {
      sums[e % columns] += x[e];
    }
    return sums;
  }
}
