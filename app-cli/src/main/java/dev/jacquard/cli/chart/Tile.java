package dev.jacquard.cli.chart;

import dev.jacquard.cli.chart.Svg.Anchor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A picture with its predicted and its true label, green where right and red where wrong. */
public final class Tile {
  private static final double SIDE = 140;
  private static final double FRAME = 3;
  private static final double MARK = 12;
  private static final double GAP = 6;
  private static final int MOST_LINES = 3;

  private Tile() {}

  /**
   * Draws.
   *
   * @param image the sample, if it is a picture and at hand
   * @param predicted the label that was predicted
   * @param truth the true label
   * @param right whether they are of the same class
   * @param notes further lines
   */
  public static Drawing draw(
      Optional<SampleImage> image,
      String predicted,
      String truth,
      boolean right,
      List<String> notes) {
    Svg svg = new Svg();
    double y = 0;
    if (image.isPresent()) {
      image.get().draw(svg, FRAME + 1, FRAME + 1, SIDE - 2 * FRAME - 2);
      Ink ink = right ? Ink.RIGHT : Ink.WRONG;
      svg.frame(FRAME / 2, FRAME / 2, SIDE - FRAME, SIDE - FRAME, ink, FRAME);
      y = SIDE + GAP;
    }
    Lettering first = Lettering.LABEL.strong().in(right ? Ink.RIGHT : Ink.WRONG);
    svg.mark(0, y + 2, MARK, right);
    y = lines(svg, MARK + GAP, y, predicted, first);
    y = lines(svg, 0, y, "true: " + truth, Lettering.NOTE);
    for (String note : notes) {
      y = lines(svg, 0, y, note, Lettering.NOTE);
    }
    List<String> label = new ArrayList<>(List.of("predicted " + predicted, "true class " + truth));
    label.addAll(notes);
    return svg.drawing(SIDE, y + GAP, String.join(", ", label));
  }

  private static double lines(Svg svg, double x, double top, String text, Lettering lettering) {
    List<String> lines = lettering.wrapped(text, SIDE - x, MOST_LINES);
    double y = top;
    for (String line : lines) {
      y += lettering.lineHeight();
      svg.text(x, y - lettering.size() * 0.25, line, lettering, Anchor.START);
    }
    return y;
  }
}
