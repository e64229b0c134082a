package dev.jacquard.cli.training;

import dev.jacquard.train.StretchEvent;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Loss and accuracy of the last steps one by one. */
final class RecentSteps {
  private final StepPoint[] ring;
  private long heard;

  /**
   * None yet.
   *
   * @param most how many are kept
   */
  RecentSteps(int most) {
    ring = Stream.generate(StepPoint::new).limit(most).toArray(StepPoint[]::new);
  }

  /** Goes on from earlier ones, as {@link StepSeries#restore} does. */
  void restore(JsonNode json, long until) {
    SeriesJson.read(json, until).forEach(step -> next().add(step));
  }

  /** Adds the steps of a stretch. */
  void add(StretchEvent event) {
    for (int i = 0; i < event.steps(); i++) {
      next().add(event.firstStep() + i + 1, event.loss(i), event.hits(i), event.size(i));
    }
  }

  private StepPoint next() {
    StepPoint oldest = ring[(int) (heard++ % ring.length)];
    oldest.clear();
    return oldest;
  }

  ObjectNode json() {
    return SeriesJson.write(
        1,
        LongStream.range(Math.max(0, heard - ring.length), heard)
            .mapToObj(i -> ring[(int) (i % ring.length)])
            .toList());
  }
}
