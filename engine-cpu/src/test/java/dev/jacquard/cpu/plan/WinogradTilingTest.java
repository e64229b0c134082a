package dev.jacquard.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cpu.kernel.Kernels;
import org.junit.jupiter.api.Test;

/** How images are cut into tiles and groups, and where that pays. */
class WinogradTilingTest {
  @Test
  void tilesCoverTheImage() {
    assertEquals(16, new WinogradTiling(4, 14, 14).tiles());
    assertEquals(4, new WinogradTiling(4, 7, 7).tiles());
    assertEquals(16, new WinogradTiling(2, 7, 7).tiles());
    assertEquals(2, new WinogradTiling(4, 1, 5).tiles());
  }

  @Test
  void theBorderReachesBeyondTheLastTile() {
    int[] border = new WinogradTiling(4, 14, 13).border(1, 0, 14, 15, 2);
    // Rows -1 to 16 and columns 0 to 17 of 14 x 15.
    assertArrayEquals(new int[] {1, 3, 0, 3}, border);
    assertArrayEquals(new int[] {0, 0, 0, 0}, new WinogradTiling(2, 4, 4).border(0, 0, 9, 9, 2));
  }

  @Test
  void groupsHaveRowsEnough() {
    for (Kernels kernels : new Kernels[] {Kernels.vector(), Kernels.scalar()}) {
      for (int size = 1; size < 40; size++) {
        WinogradTiling tiling = new WinogradTiling(4, size, size);
        int images = tiling.images(kernels);
        assertTrue(tiling.rows(kernels) >= images * tiling.tiles(), "size " + size);
        assertTrue(tiling.rows(kernels) <= 1.07 * images * tiling.tiles(), "size " + size);
        assertEquals(tiling.rows(kernels), kernels.wholeTiles(tiling.rows(kernels)));
      }
    }
  }

  @Test
  void itPaysWhereTilesAreFilledAndChannelsMany() {
    assertTrue(new WinogradTiling(4, 14, 14).pays(32, 64));
    assertTrue(new WinogradTiling(4, 7, 7).pays(64, 128));
    assertTrue(new WinogradTiling(2, 7, 7).pays(64, 128));
    assertFalse(new WinogradTiling(4, 1, 1).pays(64, 128), "one output of sixteen");
    assertFalse(new WinogradTiling(4, 14, 14).pays(4, 4), "more transformation than products");
    assertFalse(new WinogradTiling(4, 224, 224).pays(64, 64), "larger than a cache");
  }

  @Test
  void positionsLieAnOddNumberOfCacheLinesApart() {
    assertEquals(16, WinogradTiling.spaced(1));
    assertEquals(48, WinogradTiling.spaced(32));
    assertEquals(48, WinogradTiling.spaced(48));
  }
}
