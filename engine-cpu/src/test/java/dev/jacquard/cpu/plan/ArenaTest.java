package dev.jacquard.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
  void vectorsHaveRoomBehindTheirStart() {
    Arena arena = new Arena(new AtomicLong());
    for (int count : new int[] {1, 5000, 200_000}) {
      assertTrue(arena.vectors(count, "some").length >= Arena.START + count);
      assertTrue(arena.intVectors(count, "some").length >= Arena.START + count);
    }
    // Large enough for regions of its own, and counted as what it is.
    Arena one = new Arena(new AtomicLong());
    assertEquals(512 << 10, 4 * one.vectors(5000, "some").length);
    assertEquals(512 << 10, one.bytes());
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
