package dev.jacquard.cli.chart;

import dev.jacquard.cli.chart.Svg.Anchor;
import java.util.List;

/** Drawings in rows under a title, as one drawing. */
public final class Sheet {
  private static final double GAP = 20;
  private static final double TITLE = 32;

  private Sheet() {}

  /**
   * Draws.
   *
   * @param title of all
   * @param columns how many stand in a row
   * @param drawings all equally wide
   */
  public static Drawing draw(String title, int columns, List<Drawing> drawings) {
    Svg svg = new Svg();
    svg.text(0, 14, title, Lettering.TITLE, Anchor.START);
    double y = TITLE;
    double right = Lettering.TITLE.width(title);
    for (int from = 0; from < drawings.size(); from += columns) {
      List<Drawing> row = drawings.subList(from, Math.min(from + columns, drawings.size()));
      double x = 0;
      double height = 0;
      for (Drawing drawing : row) {
        svg.place(x, y, drawing);
        x += drawing.width() + GAP;
        height = Math.max(height, drawing.height());
      }
      right = Math.max(right, x - GAP);
      y += height + GAP;
    }
    return svg.drawing(right, y - GAP, title);
  }
}
