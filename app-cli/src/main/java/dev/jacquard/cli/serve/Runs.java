package dev.jacquard.cli.serve;

import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.http.Refusal;
import dev.jacquard.cli.http.Reply;
import dev.jacquard.cli.run.FileNames;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The runs of one folder, for the page. */
final class Runs {
  private static final int MOST_SHOWN = 200;
  private static final int MOST_REPORT_BYTES = 64 << 20;

  /**
   * A report has its styles and pictures in itself. Whoever wrote it, it may show them and do
   * nothing: a run folder can come from elsewhere.
   */
  private static final Map<String, String> REPORT_HEADERS =
      Map.of(
          "Content-Security-Policy",
          "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
              + " frame-ancestors 'none'");

  private final RunShelf shelf;
  private final RunFiles.Cache cache = new RunFiles.Cache();
  private final RunJson json = new RunJson(System::currentTimeMillis);

  Runs(RunShelf shelf) {
    this.shelf = shelf;
  }

  private record Run(Path folder, RunFiles files) {}

  /** All of them, newest first. */
  private List<Run> all() {
    List<Path> folders = shelf.names().stream().map(shelf.folder()::resolve).toList();
    cache.keep(folders.stream());
    return folders.stream()
        .map(folder -> new Run(folder, cache.read(folder)))
        .sorted(
            Comparator.comparingLong((Run run) -> run.files().begun())
                .thenComparing(Run::folder)
                .reversed())
        .toList();
  }

  /** {@code {"runs": [...], "total": N}}. */
  Reply list() {
    List<Run> runs = all();
    ObjectNode document = Json.object();
    document.put("total", runs.size());
    ArrayNode array = document.putArray("runs");
    runs.stream()
        .limit(MOST_SHOWN)
        .forEach(run -> array.add(json.summary(run.folder(), run.files())));
    if (runs.isEmpty()) {
      document.put(
          "note",
          "No runs in " + shelf.folder() + " yet. Begin one: " + Invocation.command() + " train");
    }
    return Reply.json(document);
  }

  /** One in full. */
  Reply one(String name) {
    Path folder = require(name);
    return Reply.json(json.whole(folder, cache.read(folder)));
  }

  /** A run's {@code report.html}. */
  Reply report(String name) {
    byte[] bytes =
        RunShelf.read(require(name).resolve(FileNames.REPORT), MOST_REPORT_BYTES)
            .orElseThrow(() -> new Refusal(404, "this run has no report; make it with report"));
    return Reply.of("text/html; charset=utf-8", bytes).with(REPORT_HEADERS);
  }

  private Path require(String name) {
    return shelf.find(name).orElseThrow(() -> new Refusal(404, "there is no such run"));
  }

  /** The runs with trained weights, newest first. */
  List<Path> finished() {
    return all().stream().filter(run -> run.files().hasModel()).map(Run::folder).toList();
  }
}
