package dev.jacquard.cli.picture;

/**
 * A rectangle of a picture, in pixels from its left upper corner. It may reach beyond the picture's
 * edges, where there is nothing but ground.
 */
record Frame(double x, double y, double width, double height) {

  /** The smallest frame of a network's proportions around this one, with the same middle. */
  Frame fitted(int networkWidth, int networkHeight) {
    double wide = Math.max(width, height * networkWidth / networkHeight);
    double high = wide * networkHeight / networkWidth;
    return new Frame(x - (wide - width) / 2, y - (high - height) / 2, wide, high);
  }

  /**
   * What is seen in this frame, scaled by area averages: a pixel of the result is the mean of all
   * that it covers, in proportion, however many pixels that is.
   *
   * @param plane {@code [rows, columns]} of the picture
   * @param ground what is beyond its edges
   * @return {@code [toHeight, toWidth]}
   */
  float[] scaled(float[] plane, int columns, int rows, float ground, int toWidth, int toHeight) {
    Cells across = new Cells(x, width, columns, toWidth);
    Cells down = new Cells(y, height, rows, toHeight);
    double[] row = new double[toWidth];
    float[] scaled = new float[toWidth * toHeight];
    for (int v = 0; v < toHeight; v++) {
      double[] sums = new double[toWidth];
      for (int r = down.first(v); r < down.last(v); r++) {
        across.average(plane, r * columns, ground, row);
        double share = down.share(v, r);
        for (int u = 0; u < toWidth; u++) {
          sums[u] += share * row[u];
        }
      }
      double beyond = down.beyond(v) * ground;
      for (int u = 0; u < toWidth; u++) {
        scaled[v * toWidth + u] = (float) (sums[u] + beyond);
      }
    }
    return scaled;
  }

  /** A stretch of an axis cut into equal cells. */
  private record Cells(double from, double length, int pixels, int count) {
    private double start(int cell) {
      return from + length * cell / count;
    }

    /** The first pixel that is in the cell. */
    int first(int cell) {
      return (int) Math.max(0, Math.floor(start(cell)));
    }

    /** Behind the last pixel that is in the cell. */
    int last(int cell) {
      return (int) Math.min(pixels, Math.ceil(start(cell + 1)));
    }

    /** How much of the cell is this pixel. */
    double share(int cell, int pixel) {
      double overlap = Math.min(start(cell + 1), pixel + 1) - Math.max(start(cell), pixel);
      return Math.max(0, overlap) * count / length;
    }

    /** How much of the cell is beyond the picture's edges. */
    double beyond(int cell) {
      double inside = Math.min(start(cell + 1), pixels) - Math.max(start(cell), 0);
      return 1 - Math.max(0, inside) * count / length;
    }

    /** The mean of each cell of a row that begins at {@code offset}. */
    void average(float[] plane, int offset, float ground, double[] into) {
      for (int cell = 0; cell < count; cell++) {
        double sum = beyond(cell) * ground;
        int first = first(cell);
        int last = last(cell);
        for (int i = first; i < last; i++) {
          double share = i == first || i == last - 1 ? share(cell, i) : count / length;
          sum += share * plane[offset + i];
        }
        into[cell] = sum;
      }
    }
  }
}
