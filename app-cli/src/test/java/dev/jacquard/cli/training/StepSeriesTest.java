package dev.jacquard.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class StepSeriesTest {
  @Test
  void fewStepsAreToldOneByOne() {
    StepSeries series = new StepSeries(7, 4);
    series.add(2.0f, 1, 4);
    series.add(1.0f, 3, 4);
    assertEquals(
        JsonMapper.shared()
            .readTree("{\"stride\":1,\"steps\":[8,9],\"loss\":[2.0,1.0],\"accuracy\":[0.25,0.75]}")
            .toString(),
        series.json().toString());
  }

  @Test
  void manyAreMeansOfAsManyStepsAndTheLastOfWhatThereIs() {
    StepSeries series = new StepSeries(0, 4);
    for (int step = 1; step <= 11; step++) {
      series.add(step, step % 2, 1);
    }
    ObjectNode json = series.json();
    assertEquals(4, json.get("stride").intValue());
    assertEquals("[4,8,11]", json.get("steps").toString());
    assertEquals("[2.5,6.5,10.0]", json.get("loss").toString());
    assertEquals("[0.5,0.5,0.6666667]", json.get("accuracy").toString());
  }

  /** An odd number of points leaves a half one when each two become one. */
  @Test
  void anyNumberOfStepsIsKeptWhole() {
    for (int most : new int[] {1, 2, 3, 5, 8}) {
      StepSeries series = new StepSeries(0, most);
      for (int step = 1; step <= 100; step++) {
        series.add(1, 1, 1);
        ObjectNode json = series.json();
        int points = json.get("steps").size();
        assertTrue(points <= most);
        assertEquals(step, json.get("steps").get(points - 1).intValue());
        long stride = json.get("stride").longValue();
        assertEquals((step + stride - 1) / stride, points);
        json.get("loss").forEach(loss -> assertEquals(1, loss.doubleValue()));
      }
    }
  }

  /** The tail batch has fewer samples, which count less. */
  @Test
  void aMeanIsOverSamples() {
    StepSeries series = new StepSeries(0, 1);
    series.add(1, 3, 3);
    series.add(5, 0, 1);
    assertEquals("[2.0]", series.json().get("loss").toString());
    assertEquals("[0.75]", series.json().get("accuracy").toString());
  }
}
