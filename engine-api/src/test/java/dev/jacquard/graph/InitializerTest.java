package dev.jacquard.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Distributions by their moments and their ends. */
final class InitializerTest {
  /** A fan of 3 * 5 * 20 in, and of 3 * 5 * 70 out. */
  private static final Shape KERNEL = Shape.of(3, 5, 20, 70);

  private static void assertDistributed(float[] values, double variance, double end) {
    double sum = 0;
    double squares = 0;
    double greatest = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
      greatest = Math.max(greatest, Math.abs(value));
    }
    double deviation = Math.sqrt(variance);
    assertEquals(0, sum / values.length, 4 * deviation / Math.sqrt(values.length));
    assertEquals(deviation, Math.sqrt(squares / values.length), 0.02 * deviation);
    assertTrue(greatest <= end && greatest > 0.99 * end, greatest + " of " + end);
  }

  @ParameterizedTest
  @CsvSource({"GLOROT_UNIFORM, 1350, 2", "HE_UNIFORM, 300, 2", "LECUN_UNIFORM, 300, 1"})
  void uniform(Initializer initializer, double fan, double scale) {
    float[] values = initializer.values(KERNEL, 7, 3).values();
    assertDistributed(values, scale / fan, Math.sqrt(3 * scale / fan));
  }

  /** Keras draws from a normal distribution that is cut at 2, and makes up for what that takes. */
  @ParameterizedTest
  @CsvSource({"GLOROT_NORMAL, 1350, 2", "HE_NORMAL, 300, 2", "LECUN_NORMAL, 300, 1"})
  void normal(Initializer initializer, double fan, double scale) {
    float[] values = initializer.values(KERNEL, 7, 3).values();
    assertDistributed(values, scale / fan, 2 * Math.sqrt(scale / fan) / 0.8796256610342398);
    // Of a normal distribution 68.3 % are within a deviation; of one that is cut, 71.5 %.
    double one = Math.sqrt(scale / fan) / 0.8796256610342398;
    long within = 0;
    for (float value : values) {
      within += Math.abs(value) < one ? 1 : 0;
    }
    assertEquals(0.7152, (double) within / values.length, 0.02);
  }

  @ParameterizedTest
  @EnumSource(
      value = Initializer.class,
      names = {"ZEROS", "ONES"},
      mode = EnumSource.Mode.EXCLUDE)
  void dependsOnSeedAndParameterAlone(Initializer initializer) {
    Shape odd = Shape.of(3, 7);
    assertEquals(initializer.values(odd, 7, 3), initializer.values(odd, 7, 3));
    assertNotEquals(initializer.values(odd, 7, 3), initializer.values(odd, 8, 3));
    assertNotEquals(initializer.values(odd, 7, 3), initializer.values(odd, 7, 4));
  }
}
