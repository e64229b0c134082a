package dev.jacquard.cli.chart;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Rectangle2D;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The texts of a drawing, each with the place that it takes, as wide as {@link Lettering} says. A
 * drawing is read as XML, so one that is not well-formed fails.
 */
final class Texts {
  private static final Pattern MOVE = Pattern.compile("translate\\(([-\\d.]+),([-\\d.]+)\\)");
  private static final Pattern TURN = Pattern.compile("rotate\\(([-\\d.]+)\\)");

  /** Letters rise and fall by these parts of their size. */
  private static final double ASCENT = 0.74;

  private static final double DESCENT = 0.2;

  private final Drawing drawing;
  private final List<Text> texts = new ArrayList<>();

  /** A line of text and its outline. */
  record Text(String line, Shape outline, Element element) {}

  private Texts(Drawing drawing) {
    this.drawing = drawing;
  }

  static Texts of(Drawing drawing) {
    Texts texts = new Texts(drawing);
    texts.walk(xml(drawing.element()).getDocumentElement(), new AffineTransform());
    return texts;
  }

  /** Parses a text as XML. */
  static Document xml(String text) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    } catch (Exception e) {
      throw new AssertionError("not well-formed: " + e.getMessage() + "\n" + text, e);
    }
  }

  private void walk(Element element, AffineTransform above) {
    AffineTransform here = new AffineTransform(above);
    Matcher move = MOVE.matcher(element.getAttribute("transform"));
    if (move.find()) {
      here.translate(Double.parseDouble(move.group(1)), Double.parseDouble(move.group(2)));
    }
    Matcher turn = TURN.matcher(element.getAttribute("transform"));
    if (turn.find()) {
      here.rotate(Math.toRadians(Double.parseDouble(turn.group(1))));
    }
    if (element.getTagName().equals("text")) {
      texts.add(text(element, here));
    }
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element inner) {
        walk(inner, here);
      }
    }
  }

  private static Text text(Element element, AffineTransform here) {
    double size = Double.parseDouble(element.getAttribute("font-size"));
    boolean bold = element.getAttribute("font-weight").equals("bold");
    String line = element.getTextContent();
    double width = new Lettering(size, bold, Ink.TEXT).width(line);
    double x = number(element, "x");
    double y = number(element, "y");
    String anchor = element.getAttribute("text-anchor");
    x -= anchor.equals("end") ? width : anchor.equals("middle") ? width / 2 : 0;
    Rectangle2D box =
        new Rectangle2D.Double(x, y - ASCENT * size, width, (ASCENT + DESCENT) * size);
    return new Text(line, here.createTransformedShape(box), element);
  }

  private static double number(Element element, String name) {
    return element.hasAttribute(name) ? Double.parseDouble(element.getAttribute(name)) : 0;
  }

  List<String> lines() {
    return texts.stream().map(Text::line).toList();
  }

  /** Those that stand in one place only. */
  Text of(String line) {
    return texts.stream()
        .filter(text -> text.line().equals(line))
        .findFirst()
        .orElseThrow(() -> new AssertionError(line + " is not among " + lines()));
  }

  /** Checks that no text touches another one and none leaves the drawing. */
  void requireOrder() {
    Rectangle2D sheet = new Rectangle2D.Double(-1, -1, drawing.width() + 2, drawing.height() + 2);
    for (int i = 0; i < texts.size(); i++) {
      Text text = texts.get(i);
      assertTrue(
          sheet.contains(text.outline().getBounds2D()),
          () -> text.line() + " leaves the drawing: " + text.outline().getBounds2D());
      for (Text other : texts.subList(0, i)) {
        if (text.outline().getBounds2D().intersects(other.outline().getBounds2D())) {
          Area common = new Area(text.outline());
          common.intersect(new Area(other.outline()));
          if (!common.isEmpty()) {
            fail(text.line() + " overlaps " + other.line() + " in " + drawing.label());
          }
        }
      }
    }
  }
}
