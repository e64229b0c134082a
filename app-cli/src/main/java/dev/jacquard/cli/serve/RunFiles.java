package dev.jacquard.cli.serve;

import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.run.FileNames;
import dev.jacquard.cli.serve.RunShelf.Stamp;
import dev.jacquard.error.JacquardException;
import dev.jacquard.train.EpochResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the small files of a run folder say, as far as they are there and readable. A folder may be
 * of another version, of another machine, or damaged.
 *
 * @param begun when the network's file was written, which is never changed; milliseconds since 1970
 * @param settings {@code run.json}
 * @param metrics {@code metrics.json}; missing until a training has ended
 * @param live {@code live.json}
 * @param history the rows of {@code history.csv}
 * @param hasReport whether there is a report to show
 * @param hasModel whether the trained weights are there
 */
record RunFiles(
    long begun,
    JsonNode settings,
    JsonNode metrics,
    JsonNode live,
    List<EpochResult> history,
    boolean hasReport,
    boolean hasModel) {
  private static final int MOST_BYTES = 4 << 20;
  private static final List<String> NAMES =
      List.of(
          FileNames.NETWORK,
          FileNames.SETTINGS,
          FileNames.METRICS,
          FileNames.LIVE,
          FileNames.HISTORY,
          FileNames.REPORT,
          FileNames.MODEL);

  static RunFiles read(Path folder) {
    return new RunFiles(
        RunShelf.stamp(folder.resolve(FileNames.NETWORK)).map(Stamp::modified).orElse(0L),
        json(folder.resolve(FileNames.SETTINGS)),
        json(folder.resolve(FileNames.METRICS)),
        json(folder.resolve(FileNames.LIVE)),
        history(folder.resolve(FileNames.HISTORY)),
        RunShelf.stamp(folder.resolve(FileNames.REPORT)).isPresent(),
        RunShelf.stamp(folder.resolve(FileNames.MODEL)).isPresent());
  }

  private static JsonNode json(Path file) {
    try {
      return RunShelf.read(file, MOST_BYTES)
          .map(bytes -> JsonMapper.shared().readTree(bytes))
          .filter(JsonNode::isObject)
          .orElseGet(Json::object);
    } catch (JacksonException e) {
      return Json.object();
    }
  }

  private static List<EpochResult> history(Path file) {
    List<EpochResult> rows = new ArrayList<>();
    String text =
        RunShelf.read(file, MOST_BYTES)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .orElse("");
    try {
      text.lines().skip(1).map(EpochResult::parseCsv).forEach(rows::add);
    } catch (JacquardException e) {
      // The rows before the damaged one are right.
    }
    return List.copyOf(rows);
  }

  /** Keeps what was read until a file changes: most runs never do again. */
  static final class Cache {
    private final Map<Path, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(List<Optional<Stamp>> stamps, RunFiles files) {}

    RunFiles read(Path folder) {
      List<Optional<Stamp>> stamps =
          NAMES.stream().map(folder::resolve).map(RunShelf::stamp).toList();
      Entry known = entries.get(folder);
      if (known == null || !known.stamps().equals(stamps)) {
        known = new Entry(stamps, RunFiles.read(folder));
        entries.put(folder, known);
      }
      return known.files();
    }

    /** Forgets all runs but these. */
    void keep(Stream<Path> folders) {
      entries.keySet().retainAll(folders.toList());
    }
  }
}
