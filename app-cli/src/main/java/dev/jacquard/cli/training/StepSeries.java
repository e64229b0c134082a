package dev.jacquard.cli.training;

import dev.jacquard.train.StretchEvent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The course of loss and accuracy over any number of steps in a bounded number of points. Each is a
 * mean over the samples of as many steps; when there are too many points, each two become one.
 */
final class StepSeries {
  private final StepPoint[] points;
  private long stride = 1;
  private int known;

  /**
   * An empty series.
   *
   * @param most points
   */
  StepSeries(int most) {
    points = Stream.generate(StepPoint::new).limit(most).toArray(StepPoint[]::new);
  }

  /**
   * Goes on from an earlier one, while it is empty.
   *
   * @param json what {@link #json} gave
   * @param until the step, from 1, from which the training goes on
   */
  void restore(JsonNode json, long until) {
    List<StepPoint> earlier = SeriesJson.read(json, until);
    known = Math.min(earlier.size(), points.length);
    for (int i = 0; i < known; i++) {
      points[i].add(earlier.get(i));
      stride = Math.max(stride, points[i].steps());
    }
  }

  /** Adds the steps of a stretch. */
  void add(StretchEvent event) {
    for (int i = 0; i < event.steps(); i++) {
      add(event.firstStep() + i + 1, event.loss(i), event.hits(i), event.size(i));
    }
  }

  /** Adds a step, as {@link StepPoint} does. */
  void add(long step, float loss, int right, int size) {
    if (isFull() && known == points.length) {
      halve();
    }
    // After halving an odd number of points the last is half full.
    if (isFull()) {
      points[known++].clear();
    }
    points[known - 1].add(step, loss, right, size);
  }

  private boolean isFull() {
    return known == 0 || points[known - 1].steps() >= stride;
  }

  private void halve() {
    int half = (known + 1) / 2;
    for (int i = 0; i < half; i++) {
      StepPoint joined = points[2 * i];
      if (2 * i + 1 < known) {
        joined.add(points[2 * i + 1]);
      }
      points[2 * i] = points[i];
      points[i] = joined;
    }
    known = half;
    stride *= 2;
  }

  ObjectNode json() {
    return SeriesJson.write(stride, Arrays.asList(points).subList(0, known));
  }
}
