package dev.jacquard.cli.chart;

import dev.jacquard.cli.chart.Svg.Anchor;
import dev.jacquard.cli.console.Thinned;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Curves by epoch. */
public final class LineChart {
  private static final double WIDTH = 460;
  private static final double PLOT_HEIGHT = 210;
  private static final double GAP = 8;
  private static final double SAMPLE = 20;

  private static final int MOST_MARKS = 6;

  /** With less from one epoch to the next, dots would run into each other. */
  private static final double ROOM_FOR_DOTS = 10;

  /** More than a chart has pixels for. */
  private static final int MOST_POINTS = 500;

  private final List<Series> lines;
  private final Svg svg = new Svg();
  private double left;
  private double right;
  private double top;
  private int firstEpoch;
  private int lastEpoch;
  private double low;
  private double high;

  private LineChart(List<Series> lines) {
    this.lines = lines;
  }

  /**
   * Draws.
   *
   * @param title of the chart
   * @param most the greatest value that there can be: 1 for accuracy, else infinity
   * @param lines a line without a finite value is left out
   */
  public static Drawing draw(String title, double most, List<Series> lines) {
    List<Series> drawn =
        lines.stream().map(LineChart::finite).filter(line -> !line.points().isEmpty()).toList();
    return new LineChart(drawn).draw(title, most);
  }

  /** Without what cannot be drawn, and thinned. */
  private static Series finite(Series line) {
    List<Series.Point> kept =
        Thinned.to(
            MOST_POINTS,
            line.points().stream().filter(point -> Double.isFinite(point.value())).toList());
    return new Series(line.name(), line.ink(), line.dashed(), kept);
  }

  private Drawing draw(String title, double most) {
    svg.text(0, 14, title, Lettering.TITLE, Anchor.START);
    top = legend(14) + 18;
    if (lines.isEmpty()) {
      svg.text(0, top + 12, "No epoch is complete.", Lettering.NOTE, Anchor.START);
      return svg.drawing(WIDTH, top + 24, title);
    }
    range(most);
    Ticks marks = Ticks.between(low, high, MOST_MARKS, 0);
    left = Lettering.NOTE.width(marks.values().stream().map(marks::label).toList()) + GAP;
    right = GAP + Lettering.NOTE.width(Integer.toString(lastEpoch)) / 2;
    gridlines(marks);
    epochs();
    lines.forEach(this::line);
    return svg.drawing(WIDTH, top + PLOT_HEIGHT + 40, label(title));
  }

  private Stream<Series.Point> points() {
    return lines.stream().flatMap(line -> line.points().stream());
  }

  private void range(double most) {
    firstEpoch = points().mapToInt(Series.Point::epoch).min().orElse(1);
    lastEpoch = points().mapToInt(Series.Point::epoch).max().orElse(1);
    double least = points().mapToDouble(Series.Point::value).min().orElse(0);
    double greatest = points().mapToDouble(Series.Point::value).max().orElse(1);
    double room = greatest > least ? 0.06 * (greatest - least) : Math.abs(greatest) * 0.05;
    room = room > 0 ? room : 0.05;
    // Neither a loss nor an accuracy is below 0, and a range that ends there says so.
    low = least < 0 ? least - room : Math.max(0, least - room);
    high = Math.min(greatest + room, Math.max(most, greatest));
  }

  private double x(double epoch) {
    double width = WIDTH - right - left;
    return firstEpoch == lastEpoch
        ? left + width / 2
        : left + GAP + (epoch - firstEpoch) / (lastEpoch - firstEpoch) * (width - GAP);
  }

  private double y(double value) {
    return top + (high - value) / (high - low) * PLOT_HEIGHT;
  }

  /** Draws the legend in as many lines as it takes; returns the base of the last. */
  private double legend(double titleBase) {
    double x = 0;
    double base = titleBase + 22;
    for (Series line : lines) {
      String last = value(line.points().get(line.points().size() - 1).value());
      double most = WIDTH - SAMPLE - GAP - Lettering.NOTE.width(" " + last);
      String name = Lettering.LABEL.shortened(line.name(), most);
      double nameWidth = Lettering.LABEL.width(name + " ");
      double width = SAMPLE + GAP + nameWidth + Lettering.NOTE.width(last);
      if (x > 0 && x + width > WIDTH) {
        x = 0;
        base += 18;
      }
      double middle = base - Lettering.LABEL.drop();
      svg.path(
          List.of(new Svg.Point(x, middle), new Svg.Point(x + SAMPLE, middle)),
          line.ink(),
          2,
          line.dashed());
      svg.text(x + SAMPLE + GAP, base, name, Lettering.LABEL, Anchor.START);
      svg.text(x + SAMPLE + GAP + nameWidth, base, last, Lettering.NOTE, Anchor.START);
      x += width + 18;
    }
    return base;
  }

  private static String value(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 1e6 ? "%.4f" : "%.2e", value);
  }

  private void gridlines(Ticks marks) {
    for (double mark : marks.values()) {
      svg.line(left, y(mark), WIDTH - right, y(mark), Ink.RULE, 1);
      double base = y(mark) + Lettering.NOTE.drop();
      svg.text(left - GAP, base, marks.label(mark), Lettering.NOTE, Anchor.END);
    }
  }

  private void epochs() {
    double floor = top + PLOT_HEIGHT;
    svg.line(left, floor, WIDTH - right, floor, Ink.QUIET, 1);
    double widest = Lettering.NOTE.width(Integer.toString(lastEpoch)) + 2 * GAP;
    int room = (int) Math.max(1, (WIDTH - right - left) / widest);
    int most = Math.min(10, room);
    for (double mark : Ticks.between(firstEpoch, lastEpoch, most, 1).values()) {
      svg.line(x(mark), floor, x(mark), floor + 4, Ink.QUIET, 1);
      String text = Long.toString(Math.round(mark));
      svg.text(x(mark), floor + 18, text, Lettering.NOTE, Anchor.MIDDLE);
    }
    svg.text(WIDTH - right, floor + 35, "epoch", Lettering.NOTE, Anchor.END);
  }

  private void line(Series line) {
    List<Svg.Point> points = new ArrayList<>();
    for (Series.Point point : line.points()) {
      points.add(new Svg.Point(x(point.epoch()), y(point.value())));
    }
    if (points.size() > 1) {
      svg.path(points, line.ink(), 2, line.dashed());
    }
    if (firstEpoch == lastEpoch || x(firstEpoch + 1) - x(firstEpoch) >= ROOM_FOR_DOTS) {
      for (int i = 0; i < points.size(); i++) {
        Series.Point point = line.points().get(i);
        svg.told(line.name() + ", epoch " + point.epoch() + ": " + value(point.value()));
        svg.disc(points.get(i).x(), points.get(i).y(), 3, line.ink()).end();
      }
    }
  }

  private String label(String title) {
    List<String> ends = new ArrayList<>();
    for (Series line : lines) {
      Series.Point last = line.points().get(line.points().size() - 1);
      ends.add(line.name() + " " + value(last.value()) + " after epoch " + last.epoch());
    }
    return title + " by epoch: " + String.join(", ", ends);
  }
}
