package dev.jacquard.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class StepSeriesTest {
  @Test
  void fewStepsAreToldOneByOne() {
    StepSeries series = new StepSeries(4);
    series.add(8, 2.0f, 1, 4);
    series.add(9, 1.0f, 3, 4);
    assertEquals(
        "{\"stride\":1,\"steps\":[8,9],\"loss\":[2.0,1.0],\"accuracy\":[0.25,0.75],"
            + "\"samples\":[4,4]}",
        series.json().toString());
  }

  @Test
  void manyAreMeansOfAsManyStepsAndTheLastOfWhatThereIs() {
    StepSeries series = new StepSeries(4);
    for (int step = 1; step <= 11; step++) {
      series.add(step, step, step % 2, 1);
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
      StepSeries series = new StepSeries(most);
      for (int step = 1; step <= 100; step++) {
        series.add(step, 1, 1, 1);
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
    StepSeries series = new StepSeries(1);
    series.add(1, 1, 3, 3);
    series.add(2, 5, 0, 1);
    assertEquals("[2.0]", series.json().get("loss").toString());
    assertEquals("[0.75]", series.json().get("accuracy").toString());
  }

  /** Wherever a training is cut, its course is the same in the end, but for a point at the cut. */
  @Test
  void goesOnFromAnEarlierOne() {
    for (int cut = 1; cut < 40; cut++) {
      StepSeries earlier = new StepSeries(8);
      for (int step = 1; step <= cut; step++) {
        earlier.add(step, step, 1, 2);
      }
      StepSeries series = new StepSeries(8);
      series.restore(earlier.json(), cut);
      assertEquals(earlier.json(), series.json());
      StepSeries whole = new StepSeries(8);
      for (int step = 1; step <= 40; step++) {
        whole.add(step, step, 1, 2);
        if (step > cut) {
          series.add(step, step, 1, 2);
        }
      }
      assertEquals(whole.json(), series.json());
    }
  }

  /** A process that was killed has told more than its checkpoint knows. */
  @Test
  void whatComesAfterTheCheckpointIsLeftOut() {
    StepSeries earlier = new StepSeries(4);
    for (int step = 1; step <= 11; step++) {
      earlier.add(step, step, 0, 1);
    }
    StepSeries series = new StepSeries(4);
    series.restore(earlier.json(), 6);
    assertEquals("[4]", series.json().get("steps").toString());
    series.add(7, 7, 0, 1);
    assertEquals("[4,7]", series.json().get("steps").toString());
    assertEquals("[2.5,7.0]", series.json().get("loss").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{'steps':[1],'loss':[1],'accuracy':[1]}",
        "{'steps':[1,1],'loss':[1,1],'accuracy':[1,1],'samples':[1,1]}",
        "{'steps':[1],'loss':['x'],'accuracy':[1],'samples':[1]}",
        "{'steps':[1],'loss':[1],'accuracy':[1],'samples':[0]}",
        "{'steps':'1','loss':[1],'accuracy':[1],'samples':[1]}",
      })
  void whatIsNoSeriesIsNone(String json) {
    StepSeries series = new StepSeries(4);
    series.restore(JsonMapper.shared().readTree(json.replace('\'', '"')), 10);
    assertEquals(0, series.json().get("steps").size());
  }
}
