package dev.jacquard.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jacquard.tensor.Shape;
import org.junit.jupiter.api.Test;

/** Where pixels and borders lie. */
class LayoutTest {
  @Test
  void rowsShareTheBorderBetweenThem() {
    Layout layout = Layout.bordered(Shape.of(3, 5, 4), 4, 1, 1, 1, 1);
    assertEquals((5 + 1) * 4, layout.row());
    assertEquals((5 * 6 + 1) * 4, layout.image());
    assertEquals(Arena.START + (6 + 1) * 4, layout.origin());
  }

  /**
   * Every position up to the border's width away is of this image, and a pixel only where it is.
   */
  @Test
  void whatIsBesideAnImageIsNoPixel() {
    int[][] borders = {{0, 0, 0, 0}, {1, 1, 1, 1}, {0, 1, 0, 1}, {2, 0, 2, 0}, {1, 3, 1, 3}};
    for (int[] b : borders) {
      Layout layout = Layout.bordered(Shape.of(3, 5, 4), 4, b[0], b[1], b[2], b[3]);
      boolean[] pixels = new boolean[Arena.START + layout.image()];
      for (int h = 0; h < 3; h++) {
        for (int w = 0; w < 5; w++) {
          pixels[layout.origin() + h * layout.row() + w * 4] = true;
        }
      }
      for (int h = -b[0]; h < 3 + b[1]; h++) {
        for (int w = -b[2]; w < 5 + b[3]; w++) {
          boolean inside = h >= 0 && h < 3 && w >= 0 && w < 5;
          int at = layout.origin() + h * layout.row() + w * 4;
          assertEquals(inside, pixels[at], "pixel " + h + ", " + w);
        }
      }
      assertFalse(layout.image() % 1024 == 0);
    }
  }
}
