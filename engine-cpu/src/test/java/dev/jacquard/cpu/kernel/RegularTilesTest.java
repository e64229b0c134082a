package dev.jacquard.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Tiles without a rest. */
class RegularTilesTest {
  @Test
  void wholeTilesAreTheFewestRowsThatATileDivides() {
    assertEquals(32, RegularTiles.wholeTiles(32, true));
    assertEquals(98, RegularTiles.wholeTiles(97, true));
    assertEquals(36, RegularTiles.wholeTiles(33, true));
    assertEquals(12, RegularTiles.wholeTiles(9, false));
    for (boolean many : new boolean[] {true, false}) {
      for (int rows = 1; rows < 200; rows++) {
        int whole = RegularTiles.wholeTiles(rows, many);
        assertTrue(whole >= rows && whole < rows + 8, "rows " + rows);
        assertEquals(0, whole % RegularTiles.rows(whole, many), "rows " + rows);
      }
    }
  }

  @Test
  void rowsThatNoTileDividesAreRefused() {
    assertEquals(14, RegularTiles.rows(98, true));
    assertEquals(8, RegularTiles.rows(32, true));
    assertEquals(4, RegularTiles.rows(4, true));
    assertThrows(IllegalArgumentException.class, () -> RegularTiles.rows(5, true));
  }
}
