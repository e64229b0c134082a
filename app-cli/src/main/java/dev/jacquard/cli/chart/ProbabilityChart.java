package dev.jacquard.cli.chart;

import dev.jacquard.cli.chart.Svg.Anchor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** A picture beside a bar for each class's probability, the true and the predicted one coloured. */
public final class ProbabilityChart {
  private static final double WIDTH = 460;
  private static final double PICTURE = 96;
  private static final double GAP = 8;
  private static final double BAR = 11;
  private static final double ROW = 18;
  private static final double MARK = 11;
  private static final double WIDEST_LABEL = 190;

  /** With more classes, only the most probable ones are shown. */
  private static final int ALL_CLASSES = 12;

  private static final int MOST_PROBABLE = 10;

  private final List<String> classes;
  private final float[] probabilities;
  private final int truth;
  private final int predicted;
  private final Svg svg = new Svg();

  private ProbabilityChart(List<String> classes, float[] probabilities, int truth, int predicted) {
    this.classes = classes;
    this.probabilities = probabilities;
    this.truth = truth;
    this.predicted = predicted;
  }

  /**
   * Draws.
   *
   * @param title what the sample is an example of
   * @param image the sample, if it is a picture and at hand
   * @param classes their names
   * @param probabilities of the classes
   * @param truth the true class
   * @param predicted the most probable class
   */
  public static Drawing draw(
      String title,
      Optional<SampleImage> image,
      List<String> classes,
      float[] probabilities,
      int truth,
      int predicted) {
    return new ProbabilityChart(classes, probabilities, truth, predicted).draw(title, image);
  }

  private Drawing draw(String title, Optional<SampleImage> image) {
    svg.text(0, 13, title, Lettering.LABEL.strong(), Anchor.START);
    double top = 26;
    double left = 0;
    if (image.isPresent()) {
      image.get().draw(svg, 0, top, PICTURE);
      left = PICTURE + 2 * GAP;
    }
    List<Integer> shown = shown();
    double y = top;
    for (int each : shown) {
      row(left, y, each, labelWidth(shown));
      y += ROW;
    }
    if (shown.size() < classes.size()) {
      String note = shown.size() + " of " + classes.size() + " classes";
      svg.text(left, y + 12, note, Lettering.NOTE, Anchor.START);
      y += ROW;
    }
    return svg.drawing(WIDTH, Math.max(y, left > 0 ? top + PICTURE : y) + 2, label(title));
  }

  /** All classes in their order, or the most probable ones and the true one. */
  private List<Integer> shown() {
    List<Integer> order = new ArrayList<>(IntStream.range(0, classes.size()).boxed().toList());
    if (classes.size() <= ALL_CLASSES) {
      return order;
    }
    order.sort(Comparator.comparingDouble(c -> -probabilities[c]));
    List<Integer> first = new ArrayList<>(order.subList(0, MOST_PROBABLE));
    if (!first.contains(truth)) {
      first.set(MOST_PROBABLE - 1, truth);
    }
    return first;
  }

  private double labelWidth(List<Integer> shown) {
    double widest = Lettering.LABEL.strong().width(shown.stream().map(classes::get).toList());
    return Math.min(widest, WIDEST_LABEL);
  }

  private void row(double left, double y, int each, double labelWidth) {
    boolean marked = each == truth || each == predicted;
    Lettering lettering = marked ? Lettering.LABEL.strong() : Lettering.NOTE;
    double base = y + BAR / 2 + Lettering.LABEL.drop();
    String name = lettering.shortened(classes.get(each), labelWidth);
    svg.told(classes.get(each) + ": " + percent(probabilities[each]));
    svg.text(left + labelWidth, base, name, lettering, Anchor.END);
    double from = left + labelWidth + GAP;
    double valueWidth = Lettering.LABEL.strong().width("100.0 %") + MARK + 2 * GAP;
    double room = WIDTH - valueWidth - from;
    Ink ink = each == truth ? Ink.RIGHT : each == predicted ? Ink.WRONG : Ink.QUIET;
    double known = Double.isNaN(probabilities[each]) ? 0 : probabilities[each];
    double share = Math.max(0, Math.min(1, known));
    svg.box(from, y, Math.max(1, share * room), BAR, ink);
    double value = from + Math.max(1, share * room) + GAP;
    svg.text(value, base, percent(probabilities[each]), lettering, Anchor.START);
    if (marked) {
      double behind = value + lettering.width(percent(probabilities[each])) + GAP / 2;
      svg.mark(behind, y, MARK, each == truth);
    }
    svg.end();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f\u00a0%%", share * 100);
  }

  private String label(String title) {
    return title
        + ": predicted "
        + classes.get(predicted)
        + " with "
        + percent(probabilities[predicted])
        + ", true class "
        + classes.get(truth)
        + " with "
        + percent(probabilities[truth]);
  }
}
