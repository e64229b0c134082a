package dev.jacquard.cpu.plan;

/**
 * Flattening where the image's memory cannot serve as it is: its border or the gaps behind its
 * channels are left out.
 */
final class PlainFlatten implements PlainOp {
  private final Rows x;
  private final Rows y;

  PlainFlatten(Rows x, Rows y) {
    this.x = x;
    this.y = y;
  }

  @Override
  public void forward(int i) {
    copy(i, x, y, true);
  }

  @Override
  public void backward(int i, Rows dy, Rows[] dx) {
    copy(i, dx[0], dy, false);
  }

  private static void copy(int i, Rows image, Rows flat, boolean flatten) {
    Layout layout = image.layout();
    int channels = layout.channels();
    for (int h = 0; h < layout.height(); h++) {
      for (int w = 0; w < layout.width(); w++) {
        int at = image.at(i, h, w);
        int pixel = (h * layout.width() + w) * channels;
        int other = flat.at(i, 0, 0) + flat.layout().physical(pixel);
        if (flatten) {
          System.arraycopy(image.values(), at, flat.values(), other, channels);
        } else {
          System.arraycopy(flat.values(), other, image.values(), at, channels);
        }
      }
    }
  }
}
