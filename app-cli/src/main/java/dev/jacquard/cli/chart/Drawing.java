package dev.jacquard.cli.chart;

import java.util.Locale;

/**
 * A finished picture in SVG. Its colours are {@link Ink}s.
 *
 * @param width in pixels
 * @param height in pixels
 * @param label what it shows, for those who cannot see it
 * @param body the markup within the svg element
 */
public record Drawing(double width, double height, String label, String body) {
  private static final String FONTS =
      "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
  private static final double MARGIN = 16;

  /** An element for a page, which has a style sheet with {@link Ink#styleSheet}. */
  public String element() {
    return String.format(
        Locale.ROOT,
        "<svg viewBox=\"0 0 %s %s\" width=\"%s\" height=\"%s\" role=\"img\" aria-label=\"%s\">%s</svg>",
        Xml.number(width),
        Xml.number(height),
        Xml.number(width),
        Xml.number(height),
        Xml.escaped(label),
        body);
  }

  /** A whole file: on a white ground, with a margin. */
  public String file() {
    String w = Xml.number(width + 2 * MARGIN);
    String h = Xml.number(height + 2 * MARGIN);
    return String.format(
        Locale.ROOT,
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" \
        font-family="%s" role="img">
        <title>%s</title>
        <rect width="%s" height="%s" fill="%s"/>
        <g transform="translate(%s,%s)">%s</g>
        </svg>
        """,
        w,
        h,
        w,
        h,
        FONTS,
        Xml.escaped(label),
        w,
        h,
        Ink.SURFACE.light(),
        Xml.number(MARGIN),
        Xml.number(MARGIN),
        body);
  }
}
