package dev.jacquard.cli.training;

import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.run.LiveFormat;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The form of a series of points in {@code live.json}: an array for each of their values. */
final class SeriesJson {
  private SeriesJson() {}

  /**
   * Writes some.
   *
   * @param stride of how many steps a point is at most
   */
  static ObjectNode write(long stride, List<StepPoint> points) {
    ObjectNode json = Json.object();
    json.put(LiveFormat.STRIDE, stride);
    ArrayNode ends = json.putArray(LiveFormat.STEPS);
    ArrayNode losses = json.putArray(LiveFormat.LOSS);
    ArrayNode accuracies = json.putArray(LiveFormat.ACCURACY);
    ArrayNode samples = json.putArray(LiveFormat.SAMPLES);
    for (StepPoint point : points) {
      ends.add(point.end());
      losses.add(point.loss());
      accuracies.add(point.accuracy());
      samples.add(point.samples());
    }
    return json;
  }

  /**
   * Reads what {@link #write} wrote; what is not of that form is no points.
   *
   * @param until the number of a step, from 1; points with later ones are left out
   */
  static List<StepPoint> read(JsonNode json, long until) {
    List<StepPoint> points = new ArrayList<>();
    long before = 0;
    long stride = Math.max(1, json.path(LiveFormat.STRIDE).asLong(1));
    for (int i = 0; i < json.path(LiveFormat.STEPS).size(); i++) {
      JsonNode end = json.path(LiveFormat.STEPS).path(i);
      JsonNode loss = json.path(LiveFormat.LOSS).path(i);
      JsonNode accuracy = json.path(LiveFormat.ACCURACY).path(i);
      JsonNode samples = json.path(LiveFormat.SAMPLES).path(i);
      if (!loss.isNumber()
          || !accuracy.isNumber()
          || end.asLong(0) <= before
          || samples.asLong(0) < 1) {
        return List.of();
      }
      if (end.asLong() > until) {
        break;
      }
      StepPoint point = new StepPoint();
      point.add(
          end.asLong(),
          Math.min(end.asLong() - before, stride),
          loss.doubleValue(),
          accuracy.doubleValue(),
          samples.asLong());
      points.add(point);
      before = end.asLong();
    }
    return points;
  }
}
