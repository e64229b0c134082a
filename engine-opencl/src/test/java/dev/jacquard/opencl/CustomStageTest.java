package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A plug-in's op as a part of a plan. */
final class CustomStageTest {
  private static final int BATCH = 4;
  private static final Optimizer RULE = new Optimizer.Sgd(0.1, 0, false);

  private Device device;

  /** Its input again and again, so many numbers in all. */
  private record Repeat(int elements) implements CustomOp {
    @Override
    public String type() {
      return "acme:repeat";
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.of(elements);
    }

    @Override
    public void forward(Call call) {
      int from = call.inputShape(0).elements();
      for (int i = 0; i < call.batch() * elements; i++) {
        call.output()[i] = call.input(0)[i / elements * from + i % elements % from];
      }
    }

    @Override
    public void backward(Call call) {
      int from = call.inputShape(0).elements();
      for (int i = 0; i < call.batch() * elements; i++) {
        call.inputGradient(0)[i / elements * from + i % elements % from] +=
            call.outputGradient()[i];
      }
    }
  }

  @BeforeEach
  void open() {
    FoundDevice found = FoundDevice.first();
    device =
        new OpenClProvider(name -> found.cl())
            .open("opencl:0:0", BackendOptions.none().with(OpenClProvider.NO_CACHE, true));
  }

  @AfterEach
  void close() {
    if (device != null) {
      device.close();
      assertEquals(0, device.liveBuffers());
    }
  }

  private static Graph graph(int elements) {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(5));
    int value = builder.add("hidden", new Op.Dense(8, true), 0);
    value = builder.add("repeat", new Repeat(elements), value);
    builder.add("dense", new Op.Dense(3, true), value);
    return builder.build("head", 0);
  }

  /** Of the first stage that such an op is a part of. */
  private static int first(Plan plan, String op) {
    return plan.stages().stream().map(stage -> stage.ops().contains(op)).toList().indexOf(true);
  }

  @Test
  void standsAndIsTimedWhereItRuns() {
    DataSet set =
        DataSet.ofFloats(
            "dots", Shape.of(5), new float[BATCH * 5], new int[BATCH], List.of("a", "b", "c"));
    try (Session session = device.session(graph(16), SessionConfig.of(1).withProfile());
        ResidentData data = session.upload(set);
        Trainer trainer = session.trainer(BATCH, RULE)) {
      Plan plan = trainer.plan();
      List<String> names = plan.stages().stream().map(Plan.Stage::name).toList();
      assertEquals(names.size() - 2, plan.launches(), names.toString());
      int forward = names.indexOf("repeat forward");
      assertTrue(first(plan, "hidden") < forward, names.toString());
      assertTrue(forward < first(plan, "dense"), names.toString());
      assertTrue(names.indexOf("repeat backward") < names.size() - 1, names.toString());

      Stretch stretch = new Stretch(BATCH, 1);
      stretch.add(new int[] {0, 1, 2, 3}, 0, BATCH, 0, 0.01);
      trainer.run(data, stretch, new StretchResult(1));
      List<StageTime> times = session.profile();
      assertEquals(names, times.stream().map(StageTime::stage).toList());
      times.forEach(time -> assertEquals(1, time.runs(), time.stage()));
    }
  }

  @Test
  void refusesABatchWhoseNumbersCannotBeCounted() {
    try (Session session = device.session(graph(1 << 16), SessionConfig.of(1))) {
      String expected =
          "batch size 40000: repeat would have 2621440000 values, the OpenCL backend counts up to"
              + " 2147483647; use at most 32767";
      assertEquals(
          expected,
          assertThrows(JacquardException.class, () -> session.trainer(40_000, RULE)).getMessage());
      assertEquals(
          expected,
          assertThrows(JacquardException.class, () -> session.predictor(40_000)).getMessage());
    }
  }
}
