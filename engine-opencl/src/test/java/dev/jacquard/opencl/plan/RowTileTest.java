package dev.jacquard.opencl.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cuts divide what they should, and fit into what there is. */
final class RowTileTest {
  private static final int MOST_ROWS = 8;

  private static RowTile tile(int vector, long local) {
    return new RowTile(new Limits(true, true, 3, vector, 4096, local));
  }

  @ParameterizedTest
  @CsvSource({"1,16,1", "5,16,1", "13,16,1", "6,16,1", "12,8,1", "24,8,8", "64,8,8", "48,16,16"})
  void vectorsAreTheWidestThatDivideChannels(int channels, int vector, int width) {
    assertEquals(width, tile(vector, 1 << 20).width(channels));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8, 16})
  void columnsDivideChannels(int vector) {
    for (int channels = 1; channels <= 300; channels++) {
      RowTile tile = tile(vector, 1 << 20);
      int width = tile.width(channels);
      int columns = tile.columns(channels, width);
      assertEquals(0, channels % (width * columns), channels + " channels");
      assertTrue(columns == 1 || width * columns <= 2 * vector, channels + " channels");
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "5,5", "7,7", "8,8", "9,5", "14,7", "28,7", "16,8", "512,8"})
  void rowsLeaveLittleOfTheLastTileUnused(int extent, int rows) {
    assertEquals(rows, tile(16, 1 << 20).rows(extent));
  }

  @Test
  void noOtherRowsCostLess() {
    for (int extent = 1; extent <= 600; extent++) {
      int chosen = tile(16, 1 << 20).rows(extent);
      assertTrue(chosen >= 1 && chosen <= Math.min(extent, MOST_ROWS), "extent " + extent);
      for (int rows = 1; rows <= Math.min(extent, MOST_ROWS); rows++) {
        assertTrue(cost(extent, chosen) <= cost(extent, rows), extent + " in " + rows);
      }
    }
  }

  private static int cost(int extent, int rows) {
    return (int) Math.ceil((double) extent / rows) * (rows + 2);
  }

  @ParameterizedTest
  @CsvSource({"12,5,4", "12,6,6", "13,8,1", "7,100,7", "1,1,1", "96,8,8", "10,0,1"})
  void findsTheGreatestDivisorUpToALimit(int number, int most, int divisor) {
    assertEquals(divisor, RowTile.divisor(number, most));
  }

  @ParameterizedTest
  @CsvSource({"12,1,1", "12,5,6", "13,2,13", "4,100,4", "1,1,1", "8,0,1"})
  void findsTheLeastDivisorFromALimit(int number, long least, int divisor) {
    assertEquals(divisor, RowTile.divisorFrom(number, least));
  }

  @Test
  void packsLessThanTheCacheAndTheLocalMemoryHold() {
    assertEquals(256 * 1024, tile(16, 1 << 20).packed());
    assertEquals(24 * 1024, tile(16, 32 * 1024).packed());
  }

  @Test
  void aStripIsTheHighestThatFits() {
    RowTile tile = tile(16, 32 * 1024);
    // 14 rows and 2 more, of 384 floats: 24 KiB, all that there is.
    assertEquals(14, tile.strip(14, 1, 3, 384));
    assertEquals(7, tile.strip(14, 1, 3, 385));
    assertEquals(1, tile.strip(13, 1, 3, 2048));
    assertEquals(0, tile.strip(14, 1, 3, 2049));
    // Strides reach further: 5 rows of 1228 floats are for two rows of output.
    assertEquals(2, tile.strip(6, 2, 3, 1228));
    // A window that is higher than its input.
    assertEquals(1, tile.strip(1, 1, 7, 877));
  }

  @Test
  void noSizeOverflows() {
    assertEquals(0, tile(16, 1 << 20).strip(100_000, 1, 3, 1L << 40));
    assertEquals(0, tile(16, 1 << 20).strip(1, 1, 1, 100_000));
    assertEquals(1, tile(16, 1 << 20).columns(4093, 1));
    assertEquals(4093, RowTile.divisorFrom(4093, 2));
  }
}
