package dev.jacquard.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ArenaTest {
  @Test
  void countsUntilItIsClosed() {
    AtomicLong total = new AtomicLong();
    Arena arena = new Arena(total);
    arena.floats(10, "ten");
    arena.count(5);
    assertEquals(2, arena.buffers());
    assertEquals(45, arena.bytes());
    assertEquals(2, total.get());
    arena.close();
    assertEquals(0, arena.bytes());
    assertEquals(0, total.get());
  }

  @Test
  void whoComesTooLateGetsNothing() {
    // As a caller does whose predictor is closed while he is about to get a workspace.
    AtomicLong total = new AtomicLong();
    Arena arena = new Arena(total);
    arena.close();
    assertThrows(IllegalStateException.class, () -> arena.floats(10, "ten"));
    assertEquals(0, total.get());
  }
}
