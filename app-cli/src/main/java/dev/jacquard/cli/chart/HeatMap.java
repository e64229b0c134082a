package dev.jacquard.cli.chart;

import dev.jacquard.cli.chart.Svg.Anchor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A confusion matrix: a row for each true class, a column for each predicted one. */
public final class HeatMap {
  private static final String TRUE = "true class";
  private static final String PREDICTED = "predicted class";
  private static final double WIDEST_LABEL = 230;
  private static final double LEAST_CELL = 26;
  private static final double ROOMY_CELL = 44;
  private static final int ROOMY_CLASSES = 12;
  private static final double GAP = 8;
  private static final double SLOPE = 45;

  private final List<String> classes;
  private final int[][] counts;
  private final double cell;
  private final List<String> names;
  private final Svg svg = new Svg();

  private HeatMap(List<String> classes, int[][] counts) {
    this.classes = classes;
    this.counts = counts;
    this.names =
        classes.stream().map(name -> Lettering.LABEL.shortened(name, WIDEST_LABEL)).toList();
    int greatest = Arrays.stream(counts).flatMapToInt(Arrays::stream).max().orElse(0);
    double number = Lettering.LABEL.width(Integer.toString(greatest)) + GAP;
    double least = classes.size() <= ROOMY_CLASSES ? ROOMY_CELL : LEAST_CELL;
    this.cell = Math.ceil(Math.max(number, least));
  }

  /**
   * Draws. A cell's colour is its share of the true class, its number the count.
   *
   * @param classes their names
   * @param counts {@code [true][predicted]}
   */
  public static Drawing draw(List<String> classes, int[][] counts) {
    return new HeatMap(classes, counts).draw();
  }

  private Drawing draw() {
    double widest = Lettering.LABEL.width(names);
    boolean level = widest <= cell - GAP;
    double left = 20 + widest + GAP;
    double height = level ? Lettering.LABEL.lineHeight() : widest * Math.sin(radians()) + GAP;
    double top = 24 + height;
    double side = cell * classes.size();
    svg.text(left, 12, PREDICTED, Lettering.NOTE, Anchor.START);
    svg.turned(12, top + side / 2, -90, TRUE, Lettering.NOTE, Anchor.MIDDLE);
    double right = left + side;
    for (int i = 0; i < names.size(); i++) {
      double middle = (i + 0.5) * cell;
      svg.text(
          left - GAP,
          top + middle + Lettering.LABEL.drop(),
          names.get(i),
          Lettering.LABEL,
          Anchor.END);
      if (level) {
        svg.text(left + middle, top - GAP, names.get(i), Lettering.LABEL, Anchor.MIDDLE);
      } else {
        double x = left + middle + Lettering.LABEL.drop();
        svg.turned(x, top - GAP, -SLOPE, names.get(i), Lettering.LABEL, Anchor.START);
        double reach = Lettering.LABEL.width(names.get(i)) * Math.cos(radians());
        right = Math.max(right, x + reach + GAP);
      }
    }
    for (int truth = 0; truth < counts.length; truth++) {
      row(left, top + truth * cell, truth);
    }
    svg.frame(left, top, side, side, Ink.RULE, 1);
    double bottom = top + side / 2 + Math.max(side, Lettering.NOTE.width(TRUE)) / 2 + 1;
    return svg.drawing(right, bottom, "Confusion matrix of " + names.size() + " classes");
  }

  private static double radians() {
    return Math.toRadians(SLOPE);
  }

  private void row(double left, double y, int truth) {
    int sum = Arrays.stream(counts[truth]).sum();
    for (int predicted = 0; predicted < counts[truth].length; predicted++) {
      int count = counts[truth][predicted];
      if (count == 0 && classes.size() > ROOMY_CLASSES) {
        continue;
      }
      double share = sum == 0 ? 0 : (double) count / sum;
      double x = left + predicted * cell;
      if (count > 0) {
        svg.told(tip(truth, predicted, share));
        // A rare mistake is to be seen too.
        svg.box(x, y, cell - 1, cell - 1, Ink.HEAT, 0.06 + 0.94 * share);
      }
      Lettering number = count == 0 ? Lettering.NOTE : Lettering.LABEL;
      double base = y + (cell - 1) / 2 + Lettering.LABEL.drop();
      String text = Integer.toString(count);
      svg.text(x + (cell - 1) / 2, base, text, number, Anchor.MIDDLE);
      if (count > 0) {
        svg.end();
      }
    }
  }

  private String tip(int truth, int predicted, double share) {
    return String.format(
        Locale.ROOT,
        "true %s, predicted %s: %d, %.1f %% of the class",
        classes.get(truth),
        classes.get(predicted),
        counts[truth][predicted],
        share * 100);
  }
}
