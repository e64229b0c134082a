package dev.jacquard.cli.training;

import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.run.LiveFormat;
import dev.jacquard.train.StretchEvent;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The course of loss and accuracy over any number of steps in a bounded number of points. Each is a
 * mean over the samples of as many steps; when there are too many points, each two become one.
 */
final class StepSeries {
  private final double[] lossSums;
  private final long[] hits;
  private final long[] samples;
  private final long firstStep;
  private long stride = 1;
  private long steps;
  private int points;

  /**
   * An empty series.
   *
   * @param firstStep that it will hear of, from 0
   * @param most points
   */
  StepSeries(long firstStep, int most) {
    this.firstStep = firstStep;
    lossSums = new double[most];
    hits = new long[most];
    samples = new long[most];
  }

  /** Adds the steps of a stretch. */
  void add(StretchEvent event) {
    for (int i = 0; i < event.steps(); i++) {
      add(event.loss(i), event.hits(i), event.size(i));
    }
  }

  void add(float loss, int right, int size) {
    if (steps == points * stride) {
      begin();
    }
    int last = points - 1;
    lossSums[last] += (double) loss * size;
    hits[last] += right;
    samples[last] += size;
    steps++;
  }

  private void begin() {
    if (points == lossSums.length) {
      halve();
    }
    // After halving an odd number of points the last is half full.
    if (steps == points * stride) {
      lossSums[points] = 0;
      hits[points] = 0;
      samples[points] = 0;
      points++;
    }
  }

  private void halve() {
    int half = (points + 1) / 2;
    for (int i = 0; i < half; i++) {
      int second = 2 * i + 1;
      boolean has = second < points;
      lossSums[i] = lossSums[2 * i] + (has ? lossSums[second] : 0);
      hits[i] = hits[2 * i] + (has ? hits[second] : 0);
      samples[i] = samples[2 * i] + (has ? samples[second] : 0);
    }
    points = half;
    stride *= 2;
  }

  /** As {@code {"stride", "steps": [..], "loss": [..], "accuracy": [..]}}; steps are from 1. */
  ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("stride", stride);
    ArrayNode until = json.putArray(LiveFormat.STEPS);
    ArrayNode losses = json.putArray(LiveFormat.LOSS);
    ArrayNode accuracies = json.putArray(LiveFormat.ACCURACY);
    for (int i = 0; i < points; i++) {
      until.add(firstStep + Math.min(steps, (i + 1) * stride));
      losses.add((float) (lossSums[i] / samples[i]));
      accuracies.add((float) hits[i] / samples[i]);
    }
    return json;
  }
}
