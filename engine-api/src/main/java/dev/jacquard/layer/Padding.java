package dev.jacquard.layer;

import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.Locale;

/** What a window does at the border of its input. */
public enum Padding {
  /** It stays inside: {@code floor((H - kernel) / stride) + 1} rows come out. */
  VALID,
  /**
   * The input is bordered as evenly as can be, the odd row below and the odd column right: {@code
   * ceil(H / stride)} rows come out.
   */
  SAME;

  /** The name in network files: {@code same}. */
  public String kerasName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The window of this size and stride over an input of {@code [H, W, C]}.
   *
   * @throws dev.jacquard.error.JacquardException if it is larger than its padded input
   */
  Window window(Shape input, Size2D size, Size2D strides) {
    return Window.over(
        input, size.height(), size.width(), strides.height(), strides.width(), this == SAME);
  }
}
