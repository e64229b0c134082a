package dev.jacquard.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cpu.kernel.GemmSpec;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilesTest {
  private static final int HEIGHT = 3;
  private static final int WIDTH = 7;
  private static final Tiles.Steps IN = new Tiles.Steps(80, 8, 400);
  private static final Tiles.Steps OUT = new Tiles.Steps(112, 16, 336);

  private static Tiles.Pixels pixels(int alike) {
    return new Tiles.Pixels(HEIGHT, WIDTH, IN, OUT, alike);
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "1, 6", "1, 14", "4, 4", "6, 6", "12, 6"})
  void countsEveryPixelOnceAndItsOutputBesideIt(int alike, int tileRows) {
    Tiles tiles = pixels(alike).tiles(tileRows);
    Set<Integer> inputs = new TreeSet<>();
    Set<Integer> outputs = new TreeSet<>();
    for (int n = 0; n < tiles.images(); n++) {
      for (int h = 0; h < HEIGHT; h++) {
        for (int w = 0; w < WIDTH; w++) {
          inputs.add(IN.of(n, h, w));
          outputs.add(OUT.of(n, h, w));
        }
      }
    }
    Set<Integer> seen = new TreeSet<>();
    for (int row : tiles.in()) {
      seen.add(row);
    }
    assertEquals(inputs, seen);
    seen.clear();
    for (int row : tiles.out()) {
      seen.add(row);
    }
    assertEquals(outputs, seen);
    assertEquals(tiles.in().length, tiles.tiles(tiles.images()) * tileRows);
  }

  @ParameterizedTest
  @CsvSource({"1, 7", "4, 4", "6, 6"})
  void isAsRegularAsItsConstantsSay(int alike, int tileRows) {
    Tiles tiles = pixels(alike).tiles(tileRows);
    GemmSpec spec = pixels(alike).spec(3, 24, 80, 2);
    int group = spec.rowGroup();
    assertTrue(group > 1);
    for (int row = 0; row < tiles.in().length; row++) {
      int first = row / group * group;
      assertEquals(tiles.in()[first] + row % group * spec.inStep(), tiles.in()[row]);
      assertEquals(tiles.out()[first] + row % group * spec.outStep(), tiles.out()[row]);
    }
  }

  @Test
  void computesAWholeGroupForOneImageOfLikePixels() {
    Tiles tiles = pixels(6).tiles(6);
    assertEquals(6, tiles.images());
    assertEquals(HEIGHT * WIDTH, tiles.tiles(1));
    assertEquals(HEIGHT * WIDTH, tiles.tiles(6));
    assertEquals(2, tiles.groups(7));
    assertEquals(1, tiles.images(1, 7));
    assertEquals(2L * 2 * 6 * HEIGHT * WIDTH * 9 * 16, tiles.flops(7, 9, 16));
  }

  @Test
  void computesFewerTilesForFewerImagesWhereTheyFollowEachOther() {
    Tiles tiles = pixels(1).tiles(14);
    assertEquals(2, tiles.images());
    assertEquals(2, tiles.tiles(1));
    assertEquals(3, tiles.tiles(2));
  }
}
