package dev.jacquard.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link Loops} does with pooling's rows, against plain loops: bit by bit, ties and all. */
class PoolingLoopsTest {
  private static final int FENCE = 16;
  private static final int POSITION = 5;

  private static final float[] PECULIAR = {
    Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 0f, -0f, 1, 2, 3
  };

  private final Random random = new Random(4);

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.scalar(), Kernels.vector());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void addGoesByTheStepsOfBothRows(Kernels kernels) {
    int lanes = kernels.lanes();
    for (int[] shape : shapes(lanes)) {
      int pixels = shape[0];
      int channels = shape[1];
      for (int step : new int[] {0, channels, 3 * channels}) {
        float[] from = numbers(5 + 8 * 3 * channels, false);
        float[] to = numbers(2 * FENCE + 8 * 2 * channels, false);
        float[] expected = to.clone();
        for (int i = 0; i < pixels; i++) {
          for (int c = 0; c < channels; c++) {
            expected[FENCE + i * 2 * channels + c] += 0.3f * from[5 + i * step + c];
          }
        }
        kernels.loops().add(from, 5, step, to, FENCE, 2 * channels, pixels, channels, 0.3f);
        assertArrayEquals(expected, to);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void maxTakesWhatIsGreaterOrNoNumber(Kernels kernels) {
    for (int[] shape : shapes(kernels.lanes())) {
      int pixels = shape[0];
      int channels = shape[1];
      int step = 2 * channels;
      float[] x = numbers(5 + 8 * step, true);
      float[] best = numbers(2 * FENCE + 8 * channels, true);
      float[] expected = best.clone();
      int[] winners = random.ints(best.length, 0, POSITION).toArray();
      int[] expectedWinners = winners.clone();
      for (int i = 0; i < pixels * channels; i++) {
        float value = x[5 + i / channels * step + i % channels];
        float old = best[FENCE + i];
        if (!Float.isNaN(old) && (Float.isNaN(value) || value > old)) {
          expected[FENCE + i] = value;
          expectedWinners[7 + i] = POSITION;
        }
      }
      float[] alone = best.clone();
      Loops loops = kernels.loops();
      loops.max(x, 5, step, POSITION, best, FENCE, winners, 7, pixels, channels);
      loops.max(x, 5, step, POSITION, alone, FENCE, null, 0, pixels, channels);
      assertArrayEquals(expected, best);
      assertArrayEquals(expectedWinners, winners);
      assertArrayEquals(expected, alone);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void addWhereLeavesLosersOut(Kernels kernels) {
    for (int[] shape : shapes(kernels.lanes())) {
      int pixels = shape[0];
      int channels = shape[1];
      int step = 2 * channels;
      float[] from = numbers(5 + 8 * channels, true);
      float[] to = numbers(2 * FENCE + 8 * step, false);
      int[] winners = random.ints(7 + from.length, POSITION - 1, POSITION + 1).toArray();
      float[] expected = to.clone();
      for (int i = 0; i < pixels * channels; i++) {
        if (winners[7 + i] == POSITION) {
          expected[FENCE + i / channels * step + i % channels] += from[5 + i];
        }
      }
      kernels.loops().addWhere(from, 5, winners, 7, POSITION, to, FENCE, step, pixels, channels);
      assertArrayEquals(expected, to);
    }
  }

  /** Pixels and channels. */
  private static int[][] shapes(int lanes) {
    return new int[][] {{0, lanes}, {-2, lanes}, {1, lanes}, {7, lanes}, {8, 2 * lanes}};
  }

  private float[] numbers(int count, boolean peculiar) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          peculiar ? PECULIAR[random.nextInt(PECULIAR.length)] : (float) random.nextGaussian();
    }
    return numbers;
  }
}
