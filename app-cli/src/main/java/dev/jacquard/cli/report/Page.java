package dev.jacquard.cli.report;

import dev.jacquard.cli.chart.Ink;
import dev.jacquard.cli.chart.Xml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What any page of this program stands in: one file that asks for no other. */
final class Page {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private Page() {}

  /** The whole page. */
  static String of(String title, Html body, String version) {
    Html foot = new Html();
    String now = TIME.format(LocalDateTime.now(ZoneId.systemDefault()));
    foot.element("footer", "Written " + now + " by jacquard " + version + ".");
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>"""
        + Xml.escaped(title)
        + "</title>\n<style>\n"
        + Ink.styleSheet()
        + styleSheet()
        + "</style>\n</head>\n<body>\n<main>\n"
        + body.markup()
        + foot.markup()
        + "</main>\n</body>\n</html>\n";
  }

  private static String styleSheet() {
    try (InputStream in = Page.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the jar is damaged: report.css", e);
    }
  }
}
