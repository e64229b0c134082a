package dev.jacquard.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both implementations of {@link MomentsKernel} against plain double arithmetic. */
class MomentsKernelTest {
  private static final float SENTINEL = 12345.5f;
  private static final int FENCE = 16;

  private final Random random = new Random(21);

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.scalar(), Kernels.vector());
  }

  /** Images of NaN but for the pixels, and what the moments should be. */
  private static final class Case {
    final Kernels kernels;
    final int images;
    final int height;
    final int width;
    final int channels;
    final int pixel;
    final int row;
    final int image;
    final float[] x;

    Case(Kernels kernels, int images, int height, int width, int vectors, DoubleSupplier values) {
      this.kernels = kernels;
      this.images = images;
      this.height = height;
      this.width = width;
      this.channels = vectors * kernels.lanes();
      this.pixel = channels + kernels.lanes();
      this.row = (width + 1) * pixel;
      this.image = height * row + 4;
      this.x = new float[FENCE + images * image];
      Arrays.fill(x, Float.NaN);
      for (int i = 0; i < pixels(); i++) {
        for (int c = 0; c < channels; c++) {
          x[at(i) + c] = (float) values.getAsDouble();
        }
      }
    }

    int pixels() {
      return images * height * width;
    }

    int at(int i) {
      int inImage = i % (height * width);
      return FENCE + i / (height * width) * image + inImage / width * row + inImage % width * pixel;
    }

    double mean(int c) {
      double sum = 0;
      for (int i = 0; i < pixels(); i++) {
        sum += x[at(i) + c];
      }
      return sum / pixels();
    }

    double squares(int c) {
      double mean = mean(c);
      double sum = 0;
      for (int i = 0; i < pixels(); i++) {
        sum += Math.pow(x[at(i) + c] - mean, 2);
      }
      return sum;
    }

    /** The kernel's results: the means, and {@code 2 * channels} floats behind them the squares. */
    float[] run() {
      int vectors = channels / kernels.lanes() % 2 == 0 ? 2 : 1;
      MomentsKernel kernel = kernels.moments(new MomentsSpec(height, width, row, pixel, vectors));
      float[] out = fenced(4 * channels);
      kernel.run(x, FENCE, images, image, channels, out, FENCE, 2 * channels);
      return out;
    }

    void check(double meanError, double squaresError) {
      float[] out = run();
      for (int c = 0; c < channels; c++) {
        int second = FENCE + 2 * channels + c;
        assertEquals(mean(c), out[FENCE + c], meanError, "mean");
        assertEquals(squares(c), out[second], squaresError * (1e-30 + squares(c)), "squares");
        out[FENCE + c] = SENTINEL;
        out[second] = SENTINEL;
      }
      assertArrayEquals(fenced(4 * channels), out);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void areThoseOfEachChannel(Kernels kernels) {
    for (int width : new int[] {1, 2, 3, 5, 14}) {
      for (int vectors = 1; vectors <= 4; vectors++) {
        for (int images = 1; images <= 3; images++) {
          int height = 1 + width % 4;
          new Case(kernels, images, height, width, vectors, () -> random.nextGaussian() + 10)
              .check(1e-5, 1e-5);
        }
      }
    }
  }

  /** Single precision holds the deviations of such numbers to some 4 digits; no more is lost. */
  @ParameterizedTest
  @MethodSource("kernels")
  void doNotCancelFarFromZero(Kernels kernels) {
    new Case(kernels, 2, 9, 14, 2, () -> 1000 + random.nextGaussian()).check(1e-3, 1e-4);
  }

  /** The worst case, what makes the shift is unlike all the rest: n / m is 56 here at most. */
  @ParameterizedTest
  @MethodSource("kernels")
  void doNotDependOnARowThatIsUnlikeTheOthers(Kernels kernels) {
    for (int height : new int[] {1, 8, 28}) {
      Case at = new Case(kernels, 2, height, 14, 2, random::nextGaussian);
      for (int w = 0; w < 14; w++) {
        for (int c = 0; c < at.channels; c++) {
          at.x[at.at(height / 2 * 14 + w) + c] += 1000;
        }
      }
      at.check(1e-3, 1e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void ofEqualNumbersAreThatAndNothing(Kernels kernels) {
    for (double value : new double[] {0, 0.1, -1e6, 3e-20}) {
      for (int width : new int[] {7, 28}) {
        float[] out = new Case(kernels, 2, 7, width, 2, () -> value).run();
        float squares = out[FENCE + 4 * kernels.lanes()];
        assertEquals(value, out[FENCE], 1e-6 * Math.abs(value));
        // What rounding the mean leaves, once for each pixel.
        double left = 14 * width * Math.pow(1e-7 * value, 2);
        assertTrue(squares >= 0 && squares <= left, squares + " > " + left);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void showWhatIsNoNumber(Kernels kernels) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (int pixel : new int[] {1, 5}) { // The second is in the row that makes the shift.
        Case at = new Case(kernels, 1, 3, 4, 2, random::nextGaussian);
        at.x[at.at(pixel) + 1] = bad;
        float[] out = at.run();
        assertTrue(Float.isNaN(out[FENCE + 2 * at.channels + 1]));
        assertEquals(at.mean(0), out[FENCE], 1e-5);
      }
    }
  }

  private static float[] fenced(int length) {
    float[] array = new float[FENCE + length + FENCE];
    Arrays.fill(array, SENTINEL);
    return array;
  }
}
