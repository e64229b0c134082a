package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleOrderTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 64, 60_000})
  void isAPermutation(int size) {
    int[] sorted = new SampleOrder(size, 7, true).of(3).clone();
    Arrays.sort(sorted);
    assertArrayEquals(IntStream.range(0, size).toArray(), sorted);
  }

  @Test
  void differsByEpochAndSeedAlone() {
    SampleOrder order = new SampleOrder(100, 7, true);
    int[] first = order.of(0).clone();
    int[] second = order.of(1).clone();
    assertFalse(Arrays.equals(first, second));
    assertFalse(Arrays.equals(first, new SampleOrder(100, 8, true).of(0)));
    assertArrayEquals(
        first, order.of(0), "an epoch's order does not depend on what was asked before");
  }

  @Test
  void unshuffledIsTheDataSetsOrder() {
    assertArrayEquals(new int[] {0, 1, 2, 3}, new SampleOrder(4, 7, false).of(5));
  }

  /** The values were computed by another implementation of Philox4x32-10, in Python. */
  @Test
  void hasTheBitsOfTheDefinition() {
    assertArrayEquals(
        new int[] {5, 2, 7, 3, 1, 4, 0, 6, 8, 9}, new SampleOrder(10, 42, true).of(2));
  }

  /**
   * 24,000 draws over the 24 orders of four samples: 1,000 each, with a standard deviation of 31.
   */
  @Test
  void favoursNoOrder() {
    SampleOrder order = new SampleOrder(4, 1, true);
    Map<String, Integer> counts = new HashMap<>();
    for (int epoch = 0; epoch < 24_000; epoch++) {
      counts.merge(Arrays.toString(order.of(epoch)), 1, Integer::sum);
    }
    assertEquals(24, counts.size());
    counts.forEach((key, count) -> assertEquals(1_000, count, 155, key));
  }
}
