package dev.jacquard.cli.report;

import dev.jacquard.cli.chart.Drawing;
import dev.jacquard.cli.chart.Xml;
import java.util.List;

/** A page's markup while it is written; also well-formed XML. */
final class Html {
  private final StringBuilder out = new StringBuilder();

  /** Opens an element. */
  Html open(String tag) {
    out.append('<').append(tag).append('>');
    return this;
  }

  /** Opens an element of a class. */
  Html open(String tag, String cssClass) {
    out.append('<').append(tag).append(" class=\"").append(cssClass).append("\">");
    return this;
  }

  /** Closes an element. */
  Html close(String tag) {
    out.append("</").append(tag).append(">\n");
    return this;
  }

  /** An element that holds a text. */
  Html element(String tag, String text) {
    return open(tag).text(text).close(tag);
  }

  /** An element of a class that holds a text. */
  Html element(String tag, String cssClass, String text) {
    return open(tag, cssClass).text(text).close(tag);
  }

  /** A text, whatever stands in it. */
  Html text(String text) {
    out.append(Xml.escaped(text));
    return this;
  }

  /** A drawing. */
  Html drawing(Drawing drawing) {
    out.append(drawing.element()).append('\n');
    return this;
  }

  /** Drawings within one element of a class. */
  Html drawings(String cssClass, List<Drawing> drawings) {
    open("div", cssClass);
    drawings.forEach(this::drawing);
    return close("div");
  }

  /** Opens what can be folded away. */
  Html details(String summary, boolean shown) {
    return open(shown ? "details open=\"open\"" : "details").element("summary", summary);
  }

  /** Opens a box that what is wider can be moved in, also by the keyboard. */
  Html scroll(String cssClass, String label) {
    out.append("<div class=\"scroll ").append(cssClass).append("\" tabindex=\"0\" role=\"region\"");
    out.append(" aria-label=\"").append(Xml.escaped(label)).append("\">\n");
    return this;
  }

  /**
   * A table.
   *
   * @param label what it shows
   * @param headings of the columns
   * @param numbers the columns that are aligned as numbers
   * @param rows a cell for each heading; an empty row makes a wider gap
   */
  Html table(String label, List<String> headings, List<Integer> numbers, List<List<String>> rows) {
    scroll("", label).open("table").open("thead").open("tr");
    for (int i = 0; i < headings.size(); i++) {
      cell("th", true, numbers.contains(i), headings.get(i));
    }
    close("tr").close("thead").open("tbody");
    boolean gap = false;
    for (List<String> row : rows) {
      if (!row.isEmpty()) {
        row(row, numbers, gap);
      }
      gap = row.isEmpty();
    }
    return close("tbody").close("table").close("div");
  }

  private void row(List<String> row, List<Integer> numbers, boolean gap) {
    open("tr", gap ? "gap" : "row");
    for (int i = 0; i < row.size(); i++) {
      cell(i == 0 ? "th" : "td", false, numbers.contains(i), row.get(i));
    }
    close("tr");
  }

  private void cell(String tag, boolean heading, boolean number, String text) {
    out.append('<').append(tag).append(" class=\"").append(number ? "number" : "text").append('"');
    if (tag.equals("th")) {
      out.append(heading ? " scope=\"col\"" : " scope=\"row\"");
    }
    out.append('>');
    text(text);
    out.append("</").append(tag).append('>');
  }

  /** The markup so far. */
  String markup() {
    return out.toString();
  }
}
