package dev.jacquard.cli.serve;

import dev.jacquard.cli.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page itself, out of the jar. */
final class PageFiles {
  private static final List<String> NAMES =
      List.of(
          "index.html",
          "page.css",
          "icon.svg",
          "page.js",
          "picture.js",
          "sketch.js",
          "runs.js",
          "run.js",
          "chart.js",
          "dom.js");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, Reply> files = new HashMap<>();

  PageFiles() {
    for (String name : NAMES) {
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      files.put(name, Reply.of(type, read(name)));
    }
  }

  private static byte[] read(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the page's file " + name + " is not in the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file by its address; the page itself has none. */
  Optional<Reply> find(String name) {
    return Optional.ofNullable(files.get(name.isEmpty() ? "index.html" : name));
  }
}
