package dev.jacquard.cli.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which samples are trained on, and which are held out. */
class ValidationTest {
  private static final DataSet SET =
      DataSet.ofBytes("five", Shape.of(1), new byte[] {0, 1, 2, 3, 4}, new int[5], List.of("only"));

  @Test
  void aShareIsHeldOutFromTheEnd() {
    Validation validation = Validation.parse("0.25");
    assertArrayEquals(new byte[] {0, 1, 2}, validation.training(SET).bytes());
    assertArrayEquals(new byte[] {3, 4}, validation.heldOut(SET, null).bytes());
    assertEquals("0.25", validation.toString());
  }

  @Test
  void theTestSetLeavesAllToTrainOn() {
    assertEquals(SET, Validation.parse("test").training(SET));
    assertEquals("test", Validation.TEST.toString());
  }

  @Test
  void bothPartsNeedASample() {
    JacquardException e =
        assertThrows(JacquardException.class, () -> Validation.parse("0.9").training(SET));
    assertEquals(
        "--validation 0.9 of 5 samples leaves none to train on; give another share",
        e.getMessage());
  }
}
