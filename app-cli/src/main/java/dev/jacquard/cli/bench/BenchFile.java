package dev.jacquard.cli.bench;

import dev.jacquard.cli.console.JsonInput;
import dev.jacquard.cli.console.Printable;
import dev.jacquard.error.JacquardException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A benchmark's result, read from the file that {@link BenchJson} describes. */
final class BenchFile {
  /** The arrays of plans, each with the key of its time. */
  private static final Map<String, String> TIMES = new LinkedHashMap<>();

  static {
    TIMES.put("training", "step_seconds");
    TIMES.put("inference", "batch_seconds");
  }

  private static final String REMEDY = "give a file that \"bench --json FILE\" wrote";

  private final Path file;
  private final JsonNode document;

  private BenchFile(Path file, JsonNode document) {
    this.file = file;
    this.document = document;
  }

  /**
   * Reads one.
   *
   * @throws JacquardException if there is none, or it is of another version
   */
  static BenchFile read(Path file) {
    JsonNode document = JsonInput.read(file, "a result of bench in JSON", REMEDY);
    JsonNode format = document.path("format");
    if (!format.isString() || !format.stringValue().equals(BenchJson.FORMAT)) {
      throw new JacquardException(
          file
              + ": expected a result of bench (\"format\": \""
              + BenchJson.FORMAT
              + "\"), received another file, or one of an earlier version; measure again with"
              + " \"bench --json FILE\"");
    }
    JsonNode version = document.path("format_version");
    if (!version.isInt() || version.intValue() != BenchJson.VERSION) {
      throw new JacquardException(
          file
              + ": expected \"format_version\": "
              + BenchJson.VERSION
              + ", received "
              + JsonInput.received(version)
              + "; compare with the version of Jacquard that wrote it, or measure again");
    }
    return new BenchFile(file, document);
  }

  Path path() {
    return file;
  }

  /** A value of the setting as text, {@code -} if it has none. */
  String text(String key) {
    JsonNode value = document.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return "-";
    }
    return value.isString() ? Printable.text(value.stringValue()) : value.toString();
  }

  /** Why a measurement failed, if one did. */
  Optional<String> failure() {
    return document.has("failure") ? Optional.of(text("failure")) : Optional.empty();
  }

  /** Whether there are rounds so short that they may have been a slow beginning. */
  boolean brief() {
    return parts().stream().anyMatch(Part::brief);
  }

  /** The time of a step, or of a batch that is classified, by name. */
  Map<String, Figure> figures() {
    Map<String, Figure> figures = new LinkedHashMap<>();
    for (Part part : parts()) {
      JsonNode time = part.node.path(part.time);
      String where = part.where + "." + part.time;
      figures.put(
          part.name,
          new Figure(
              part.name,
              number(time, where, "median"),
              number(time, where, "min"),
              number(time, where, "max"),
              part.brief()));
    }
    return figures;
  }

  /** The times of all stages, by name. */
  Map<String, Figure> stages() {
    Map<String, Figure> figures = new LinkedHashMap<>();
    for (Part part : parts()) {
      int row = 0;
      for (JsonNode stage : array(part.node, part.where + ".stages", "stages")) {
        String where = part.where + ".stages[" + row++ + "]";
        String name = part.name + ": " + string(stage, where, "name");
        figures.put(
            name,
            new Figure(
                name,
                number(stage, where, "seconds"),
                number(stage, where, "seconds_min"),
                number(stage, where, "seconds_max"),
                part.brief()));
      }
    }
    return figures;
  }

  /** What was measured once, by name: the times to a first step, memory, the roofline. */
  Map<String, Single> singles() {
    Map<String, Single> singles = new LinkedHashMap<>();
    once(singles, "first step", Single.Unit.SECONDS, "first_step", "first", "total");
    once(singles, "first step, again", Single.Unit.SECONDS, "first_step", "again", "total");
    once(singles, "heap", Single.Unit.BYTES, "host_memory", "heap_bytes");
    once(singles, "resident at most", Single.Unit.BYTES, "host_memory", "peak_resident_bytes");
    once(singles, "roofline, FLOP/s", Single.Unit.RATE, "roofline", "flops_per_second");
    once(singles, "roofline, B/s", Single.Unit.RATE, "roofline", "bytes_per_second");
    for (Part part : parts()) {
      JsonNode bytes = part.node.path("device_memory").path("total_bytes");
      if (bytes.isNumber()) {
        Single single = new Single(Single.Unit.BYTES, bytes.doubleValue());
        singles.put(part.name + ", on the device", single);
      }
    }
    return singles;
  }

  /**
   * What was measured of one plan.
   *
   * @param name the same in every benchmark
   * @param where in the document
   * @param time the key of its time
   */
  private record Part(String name, String where, String time, JsonNode node) {
    boolean brief() {
      return Measured.isBrief(
          node.path("extrapolated").asBoolean(false),
          node.path("batches_a_round").asDouble(Double.MAX_VALUE),
          node.path("batch_size").asDouble(Double.MAX_VALUE));
    }
  }

  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    TIMES.forEach(
        (kind, time) -> {
          int index = 0;
          for (JsonNode node : array(document, kind, kind)) {
            String where = kind + "[" + index++ + "]";
            long batch = (long) number(node, where, "batch_size");
            parts.add(new Part(kind + ", batch " + batch, where, time, node));
          }
        });
    return parts;
  }

  private void once(Map<String, Single> singles, String name, Single.Unit unit, String... path) {
    JsonNode node = document;
    for (String key : path) {
      node = node.path(key);
    }
    if (node.isNumber()) {
      singles.put(name, new Single(unit, node.doubleValue()));
    }
  }

  /**
   * A number without a spread.
   *
   * @param unit what it counts
   * @param value in that unit
   */
  record Single(Unit unit, double value) {
    /** What a number counts. */
    enum Unit {
      SECONDS,
      BYTES,
      RATE
    }
  }

  private JsonNode array(JsonNode node, String where, String key) {
    JsonNode array = node.path(key);
    if (!array.isArray()) {
      throw malformed(where, "an array", array);
    }
    return array;
  }

  private double number(JsonNode node, String where, String key) {
    JsonNode number = node.path(key);
    if (!number.isNumber()) {
      throw malformed(where + "." + key, "a number", number);
    }
    return number.doubleValue();
  }

  private String string(JsonNode node, String where, String key) {
    JsonNode string = node.path(key);
    if (!string.isString()) {
      throw malformed(where + "." + key, "a text", string);
    }
    return Printable.text(string.stringValue());
  }

  private JacquardException malformed(String where, String expected, JsonNode received) {
    return new JacquardException(
        file
            + ": "
            + where
            + ": expected "
            + expected
            + ", received "
            + JsonInput.received(received)
            + "; "
            + REMEDY);
  }
}
