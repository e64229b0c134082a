package dev.jacquard.cli.prediction;

import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Predictions for people and programs.
 *
 * @param classes their names
 * @param top how many of the most probable classes are shown; 0 for all, in their order, or where
 *     there is only a line, the most probable one
 */
public record PredictionText(List<String> classes, int top) {

  /** One picture: as the network sees it, what was done to it, and a bar for each class. */
  public List<String> picture(Prediction prediction) {
    List<String> lines = new ArrayList<>(prediction.prepared().picture().lines());
    lines.add("");
    prediction.prepared().done().forEach(step -> lines.add("- " + step));
    lines.add("");
    List<Integer> shown =
        top == 0 ? IntStream.range(0, classes.size()).boxed().toList() : best(prediction, top);
    lines.addAll(Bars.lines(classes, prediction.probabilities(), shown, prediction.label()));
    lines.add("");
    lines.add(
        Printable.text(prediction.file())
            + ": "
            + classes.get(prediction.label())
            + ", "
            + Numbers.percent(prediction.confidence()));
    return lines;
  }

  /**
   * One picture of many.
   *
   * @param width of the column of files
   */
  public String line(Prediction prediction, int width) {
    int label = classes.stream().mapToInt(String::length).max().orElse(0);
    StringBuilder line = new StringBuilder(padded(Printable.text(prediction.file()), width));
    for (int c : best(prediction, Math.max(1, top))) {
      String percent = Numbers.percent(prediction.probabilities()[c]);
      line.append("  ").append(padded(classes.get(c), label));
      line.append(" ".repeat(Math.max(0, 8 - percent.length()))).append(percent);
    }
    return line.append(prediction.prepared().inverted() ? "  inverted" : "").toString();
  }

  private List<Integer> best(Prediction prediction, int count) {
    return prediction.ranked().subList(0, Math.min(count, classes.size()));
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /** As JSON; the best are added to all the probabilities. */
  public ObjectNode json(List<Prediction> predictions) {
    ObjectNode document = Json.object();
    document.set("classes", Json.texts(classes));
    ArrayNode array = document.putArray("predictions");
    for (Prediction prediction : predictions) {
      ObjectNode row = array.addObject();
      row.put("file", prediction.file());
      row.setAll(prediction.json(classes));
      if (top > 0) {
        putBest(row.putArray("top"), prediction);
      }
    }
    return document;
  }

  private void putBest(ArrayNode array, Prediction prediction) {
    for (int c : best(prediction, top)) {
      ObjectNode each = array.addObject();
      each.put("label", classes.get(c));
      each.put("class", c);
      each.put("probability", prediction.probabilities()[c]);
    }
  }

  /** As CSV, a row for each picture and a column for each class. */
  public String csv(List<Prediction> predictions) {
    StringBuilder text = new StringBuilder("file,label,confidence");
    classes.forEach(name -> text.append(',').append(field(name)));
    text.append('\n');
    for (Prediction prediction : predictions) {
      text.append(field(prediction.file())).append(',');
      text.append(field(classes.get(prediction.label()))).append(',');
      text.append(prediction.confidence());
      for (float probability : prediction.probabilities()) {
        text.append(',').append(probability);
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** RFC 4180: in quotes if need be, those within it doubled. */
  private static String field(String text) {
    return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }
}
