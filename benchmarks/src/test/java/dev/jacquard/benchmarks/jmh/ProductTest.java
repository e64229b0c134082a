package dev.jacquard.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProductTest {
  @Test
  void offsetsFollowRowsAndImages() {
    Product.Grid grid = new Product.Grid(2, 10, 100);
    assertArrayEquals(new int[] {0, 2, 10, 12, 100, 102, 110, 112}, grid.offsets(2, 2));
  }

  @Test
  void aBorderOfOnePixelSurroundsWhatIsConvolved() {
    assertEquals(new Product.Grid(32, 15 * 32, (16 * 15 + 1) * 32), Product.CONV2.bordered(32));
    assertEquals(new Product.Grid(128, 128, 128), Product.DENSE1_DATA.bordered(128));
  }

  @ParameterizedTest
  @EnumSource
  void imagesFillWholeTiles(Product product) {
    for (int tileRows = 1; tileRows <= 14; tileRows++) {
      int images = product.images(tileRows);
      assertEquals(0, images * product.side() * product.side() % tileRows);
    }
  }
}
