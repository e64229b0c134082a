package dev.jacquard.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Windows of plug-ins' making: backends may rely on what passes. */
final class WindowTest {
  private static void refuses(String message, Executable made) {
    assertEquals(message, assertThrows(JacquardException.class, made).getMessage());
  }

  @Test
  void hasNoExtentBelowOne() {
    String expected = "window: expected kernel, strides and output of at least 1x1, received ";
    refuses(expected + "0x3, 1x1 and 4x4", () -> new Window(0, 3, 1, 1, 0, 0, 4, 4));
    refuses(expected + "3x3, 1x0 and 4x4", () -> new Window(3, 3, 1, 0, 0, 0, 4, 4));
    refuses(expected + "3x3, 1x1 and -1x4", () -> new Window(3, 3, 1, 1, 0, 0, -1, 4));
  }

  @Test
  void beginsWithSomeOfTheInput() {
    String expected =
        "window: expected padding from 0 to below the kernel's extents 3x2, received ";
    refuses(expected + "3 above and 0 left", () -> new Window(3, 2, 1, 1, 3, 0, 4, 4));
    refuses(expected + "0 above and 2 left", () -> new Window(3, 2, 1, 1, 0, 2, 4, 4));
    refuses(expected + "-1 above and 0 left", () -> new Window(3, 2, 1, 1, -1, 0, 4, 4));
  }

  /** A mean of nothing would be NaN, and a maximum of nothing a fault. */
  @Test
  void endsWithSomeOfTheInput() {
    Shape input = Shape.of(4, 5, 2);
    Window whole = new Window(3, 3, 1, 1, 2, 2, 6, 7);
    Window high = new Window(3, 3, 1, 1, 2, 2, 7, 7);
    Window wide = new Window(3, 3, 1, 1, 2, 2, 6, 8);
    for (Window window : new Window[] {high, wide}) {
      String message =
          "op: expected a window that begins inside its input [4, 5, 2] wherever it stands,"
              + " received "
              + window
              + "; give it fewer positions or smaller strides";
      refuses(message, () -> GraphBuilder.overFloats(input).add("op", new Op.MaxPool(window), 0));
      refuses(message, () -> GraphBuilder.overFloats(input).add("op", new Op.AvgPool(window), 0));
      Op conv = new Op.Conv2d(3, window, true);
      refuses(message, () -> GraphBuilder.overFloats(input).add("op", conv, 0));
    }
    GraphBuilder builder = GraphBuilder.overFloats(input);
    assertEquals(Shape.of(6, 7, 2), builder.shape(builder.add("op", new Op.MaxPool(whole), 0)));
  }

  @Test
  void farStridesDoNotOverflow() {
    Window far = new Window(1, 1, Integer.MAX_VALUE, 1, 0, 0, 3, 1);
    assertThrows(
        JacquardException.class,
        () -> GraphBuilder.overFloats(Shape.of(9, 9, 1)).add("op", new Op.AvgPool(far), 0));
  }
}
