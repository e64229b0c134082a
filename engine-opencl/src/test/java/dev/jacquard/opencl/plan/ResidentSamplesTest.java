package dev.jacquard.opencl.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.data.DataSet;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a data set leaves on a device where something fails. */
final class ResidentSamplesTest {
  private static final String WINDOW = "a window";

  private final FakeCalls calls = new FakeCalls();
  private final Context context = calls.context(new Limits(false, false, 1, 1, 256, 32 << 10));

  @AfterEach
  void close() {
    assertEquals(0, context.live());
    context.close();
  }

  private ResidentSamples upload() {
    DataSet set = DataSet.ofFloats("dots", Shape.of(2), new float[4], new int[2], List.of("a"));
    return new ResidentSamples(this, context, 1, set, closed -> {});
  }

  @Test
  void releasesWhatAnErrorLeaves() {
    calls.fail("write", new OutOfMemoryError("of a test"));
    assertThrows(OutOfMemoryError.class, this::upload);
  }

  @Test
  void fillsThePatchesAgainThatCouldNotBeFilled() {
    try (ResidentSamples samples = upload()) {
      ClException failure = new ClException("a launch", -5);
      assertThrows(
          ClException.class,
          () ->
              samples.patches(
                  WINDOW,
                  3,
                  buffer -> {
                    throw failure;
                  }));
      assertEquals(3, context.live());
      long[] filled = new long[1];
      long made = samples.patches(WINDOW, 3, buffer -> filled[0] = buffer);
      assertEquals(made, filled[0]);
      assertEquals(
          made,
          samples.patches(
              WINDOW,
              3,
              buffer -> {
                throw new AssertionError("they are there");
              }));
      assertEquals(3, context.live());
    }
  }
}
