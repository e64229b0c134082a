package dev.jacquard.cli.chart;

import java.util.List;

/** Markup while it is drawn. Lengths are pixels, y goes down. */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  /** Which part of a line of text stands at its point. */
  enum Anchor {
    /** Its beginning. */
    START,
    /** Its middle. */
    MIDDLE,
    /** Its end. */
    END;

    private String attribute() {
      return switch (this) {
        case START -> "";
        case MIDDLE -> " text-anchor=\"middle\"";
        case END -> " text-anchor=\"end\"";
      };
    }
  }

  /** A point. */
  record Point(double x, double y) {}

  /** A filled box. */
  Svg box(double x, double y, double width, double height, Ink ink) {
    return box(x, y, width, height, ink, 1);
  }

  /** A filled box that lets something of the ground through. */
  Svg box(double x, double y, double width, double height, Ink ink, double opacity) {
    open("rect").at("x", x).at("y", y).at("width", width).at("height", height);
    if (opacity < 1) {
      at("fill-opacity", opacity);
    }
    return close(ink.fill());
  }

  /** The outline of a box. */
  Svg frame(double x, double y, double width, double height, Ink ink, double thick) {
    open("rect").at("x", x).at("y", y).at("width", width).at("height", height);
    return at("stroke-width", thick).close(ink.stroke() + " fill=\"none\"");
  }

  /** A straight line. */
  Svg line(double x1, double y1, double x2, double y2, Ink ink, double thick) {
    open("line").at("x1", x1).at("y1", y1).at("x2", x2).at("y2", y2);
    return at("stroke-width", thick).close(ink.stroke());
  }

  /** A line through points. */
  Svg path(List<Point> points, Ink ink, double thick, boolean dashed) {
    out.append("<polyline points=\"");
    for (Point point : points) {
      out.append(Xml.number(point.x())).append(',').append(Xml.number(point.y())).append(' ');
    }
    out.setLength(out.length() - (points.isEmpty() ? 0 : 1));
    out.append('"');
    String dashes = dashed ? " stroke-dasharray=\"5 4\"" : "";
    return at("stroke-width", thick)
        .close(
            ink.stroke()
                + dashes
                + " fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\"");
  }

  /** A filled disc. */
  Svg disc(double x, double y, double radius, Ink ink) {
    return open("circle").at("cx", x).at("cy", y).at("r", radius).close(ink.fill());
  }

  /** A tick or a cross in a square, as no font is needed for. */
  Svg mark(double x, double y, double side, boolean right) {
    if (right) {
      return path(
          List.of(
              new Point(x + 0.1 * side, y + 0.55 * side),
              new Point(x + 0.4 * side, y + 0.85 * side),
              new Point(x + 0.9 * side, y + 0.2 * side)),
          Ink.RIGHT,
          side * 0.18,
          false);
    }
    double near = 0.18 * side;
    double far = 0.82 * side;
    line(x + near, y + near, x + far, y + far, Ink.WRONG, side * 0.18);
    return line(x + near, y + far, x + far, y + near, Ink.WRONG, side * 0.18);
  }

  /** A line of text, its base at y. */
  Svg text(double x, double y, String line, Lettering lettering, Anchor anchor) {
    open("text").at("x", x).at("y", y);
    return textEnd(line, lettering, anchor);
  }

  /** A line of text, turned about its point; positive degrees go clockwise. */
  Svg turned(double x, double y, double degrees, String line, Lettering lettering, Anchor anchor) {
    out.append("<text transform=\"translate(");
    out.append(Xml.number(x)).append(',').append(Xml.number(y)).append(") rotate(");
    out.append(Xml.number(degrees)).append(")\"");
    return textEnd(line, lettering, anchor);
  }

  private Svg textEnd(String line, Lettering lettering, Anchor anchor) {
    at("font-size", lettering.size());
    out.append(lettering.bold() ? " font-weight=\"bold\"" : "").append(anchor.attribute());
    out.append(lettering.ink().fill()).append('>').append(Xml.escaped(line)).append("</text>");
    return this;
  }

  /** A picture, its pixels seen as squares. */
  Svg image(double x, double y, double width, double height, String uri) {
    open("image").at("x", x).at("y", y).at("width", width).at("height", height);
    return close(" image-rendering=\"pixelated\" href=\"" + Xml.escaped(uri) + "\"");
  }

  /** Opens a group that a pointer shows a text for; {@link #end} closes it. */
  Svg told(String tip) {
    out.append("<g><title>").append(Xml.escaped(tip)).append("</title>");
    return this;
  }

  /** Puts a drawing. */
  Svg place(double x, double y, Drawing drawing) {
    out.append("<g transform=\"translate(").append(Xml.number(x)).append(',');
    out.append(Xml.number(y)).append(")\">").append(drawing.body());
    return end();
  }

  /** Closes a group. */
  Svg end() {
    out.append("</g>");
    return this;
  }

  /** The finished drawing. */
  Drawing drawing(double width, double height, String label) {
    return new Drawing(Math.ceil(width), Math.ceil(height), label, out.toString());
  }

  private Svg open(String element) {
    out.append('<').append(element);
    return this;
  }

  private Svg at(String name, double value) {
    out.append(' ').append(name).append("=\"").append(Xml.number(value)).append('"');
    return this;
  }

  private Svg close(String attributes) {
    out.append(attributes).append("/>");
    return this;
  }
}
