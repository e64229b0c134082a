package dev.jacquard.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.error.JacquardException;
import org.junit.jupiter.api.Test;

class OpTest {
  @Test
  void batchNormNeedsAnEpsilon() {
    JacquardException refused =
        assertThrows(JacquardException.class, () -> new Op.BatchNorm(0.9f, 0, true, true));
    assertEquals(
        "batch normalisation: expected an epsilon above 0, received 0.0", refused.getMessage());
  }
}
