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
  void vectorsHaveRoomBehindTheirStart() {
    Arena arena = new Arena(new AtomicLong());
    assertEquals(Arena.START + 5000, arena.vectors(5000, "some").length);
    assertEquals(Arena.START + 7, arena.intVectors(7, "some").length);
    assertEquals(4 * (2 * Arena.START + 5007), arena.bytes());
  }

  @Test
  void alignedIsLargeEnoughForRegionsOfItsOwn() {
    Arena arena = new Arena(new AtomicLong(), true);
    assertEquals(512 << 10, 4 * arena.aligned(5000, "some").length);
    assertEquals(Arena.START + 200_000, arena.aligned(200_000, "some").length);
    Arena narrow = new Arena(new AtomicLong());
    assertEquals(Arena.START + 5000, narrow.aligned(5000, "some").length);
  }

  @Test
  void aPartIsGivenBackBeforeTheWholeOrWithIt() {
    AtomicLong total = new AtomicLong();
    Arena whole = new Arena(total);
    whole.floats(1, "one");
    Arena first = whole.part();
    Arena second = whole.part();
    first.floats(10, "ten");
    second.floats(20, "twenty");
    assertEquals(3, total.get());
    assertEquals(4 * 31, whole.bytes());
    first.close();
    first.close();
    assertEquals(2, total.get());
    assertEquals(2, whole.buffers());
    assertEquals(4 * 21, whole.bytes());
    whole.close();
    second.close();
    assertEquals(0, total.get());
    assertEquals(0, whole.bytes());
    assertThrows(IllegalStateException.class, () -> second.floats(1, "one"));
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
