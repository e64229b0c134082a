package dev.jacquard.cli.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * How text is set, and how wide it is at most. Which font a reader has is not known, and a Java
 * without fonts must be able to lay out a chart, so the widths are those of DejaVu Sans, the widest
 * of the fonts that are usual for screens.
 *
 * @param size of the font, in pixels
 * @param bold whether it is
 * @param ink its colour
 */
record Lettering(double size, boolean bold, Ink ink) {
  /** Labels of axes and classes. */
  static final Lettering LABEL = new Lettering(12, false, Ink.TEXT);

  /** What may stand back. */
  static final Lettering NOTE = new Lettering(12, false, Ink.MUTED);

  /** Titles of drawings. */
  static final Lettering TITLE = new Lettering(14, true, Ink.TEXT);

  private static final String ELLIPSIS = "…";

  /** Advances of the characters from space to tilde, in thousandths of the size. */
  private static final short[] ADVANCES = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838
  };

  /** The widest letters of other European scripts; from {@link #WIDE} on, a full square. */
  private static final int OTHER = 850;

  private static final int WIDE = 0x1100;
  private static final int HARD_SPACE = 0xA0;
  private static final double BOLD = 1.15;

  /** The same in another colour. */
  Lettering in(Ink other) {
    return new Lettering(size, bold, other);
  }

  /** The same in bold. */
  Lettering strong() {
    return new Lettering(size, true, ink);
  }

  /** From one line's base to the next. */
  double lineHeight() {
    return size * 1.3;
  }

  /** From the middle of a line to its base. */
  double drop() {
    return size * 0.36;
  }

  /** The width that a line will not exceed, in pixels. */
  double width(String line) {
    return line.codePoints().mapToDouble(this::advance).sum();
  }

  private double advance(int character) {
    int thousandths;
    if (character >= ' ' && character - ' ' < ADVANCES.length) {
      thousandths = ADVANCES[character - ' '];
    } else if (character == HARD_SPACE) {
      thousandths = ADVANCES[0];
    } else {
      thousandths = character < WIDE || character == ELLIPSIS.charAt(0) ? OTHER : 1000;
    }
    return thousandths * size / 1000 * (bold ? BOLD : 1);
  }

  /** The widest of some lines. */
  double width(List<String> lines) {
    return lines.stream().mapToDouble(this::width).max().orElse(0);
  }

  /** The line, or as much of its beginning as fits with an ellipsis behind it. */
  String shortened(String line, double most) {
    return width(line) <= most ? line : begin(line, most - width(ELLIPSIS)).strip() + ELLIPSIS;
  }

  /** As many whole characters as fit, one at least. */
  private String begin(String line, double most) {
    double width = 0;
    int end = 0;
    while (end < line.length()) {
      int character = line.codePointAt(end);
      width += advance(character);
      if (width > most && end > 0) {
        break;
      }
      end += Character.charCount(character);
    }
    return line.substring(0, end);
  }

  /** The text in lines, broken at spaces and, where a word is too long, within it. */
  List<String> wrapped(String text, double most, int lines) {
    List<String> done = new ArrayList<>();
    String rest = text.strip();
    while (done.size() < lines - 1 && width(rest) > most) {
      String fits = begin(rest, most);
      int space = rest.lastIndexOf(' ', fits.length());
      String line = space > 0 ? rest.substring(0, space) : fits;
      done.add(line.strip());
      rest = rest.substring(line.length()).strip();
    }
    done.add(shortened(rest, most));
    return done;
  }
}
