package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Trainer;
import dev.jacquard.backend.Tuner;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Window;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.plan.Context;
import dev.jacquard.opencl.plan.Limits;
import dev.jacquard.opencl.plan.TensorCores;
import dev.jacquard.opencl.tuning.Chooser;
import dev.jacquard.opencl.tuning.Tuning;
import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Plans for tensor cores on a device without them: everything but their instructions, which are
 * emulated. A device that has them is verified by its users.
 */
final class EmulatedCoresTest {
  private Context context;
  private Context.ProgramBuilder builder;

  @BeforeEach
  void open() {
    FoundDevice found = FoundDevice.first();
    ClApi cl = found.cl();
    builder = cl::buildProgram;
    context =
        new Context(
            cl,
            found.platform(),
            found.device(),
            "opencl:0:0",
            "a test",
            Limits.of(cl, found.device(), "tiles"),
            Chooser.of(Tuning.NONE),
            builder);
  }

  @AfterEach
  void close() {
    if (context != null) {
      assertEquals(0, context.live());
      context.close();
    }
  }

  /** Convolutions that go in strips, a strided and a dense one that do not; nothing has a kink. */
  private static Graph graph() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(9, 8, 1));
    int value = conv(builder, "few", 0, 16, 1, true);
    value = builder.add("norm", new Op.BatchNorm(0.99f, 1e-3f, true, true), value);
    value = conv(builder, "same", value, 32, 1, true);
    value = builder.add("norm2", new Op.BatchNorm(0.99f, 1e-3f, true, true), value);
    value = conv(builder, "valid", value, 24, 1, false);
    value = conv(builder, "strided", value, 8, 2, true);
    value = builder.add("flatten", new Op.Flatten(), value);
    value = builder.add("dense", new Op.Dense(32, true), value);
    builder.add("logits", new Op.Dense(3, true), value);
    return builder.build("head", 0);
  }

  private static int conv(
      GraphBuilder builder, String name, int of, int filters, int stride, boolean same) {
    Window window = Window.over(builder.shape(of), 3, 3, stride, stride, same);
    return builder.add(name, new Op.Conv2d(filters, window, true), of);
  }

  @Test
  void trainsAsDefined() {
    Tuner.Request request = new Tuner.Request(5, 1, 1, Precision.TF32);
    try (TuningTrial trial = new TuningTrial(graph(), context, builder, request)) {
      trial.open(Tuning.NONE).orElseThrow().close();
    }
  }

  @Test
  void goesInStrips() {
    Context precise = context.with(Precision.TF32);
    SessionConfig config = new SessionConfig(1, Precision.TF32, true);
    try (Session session = new OpenClSession(graph(), config, precise, closed -> {});
        Trainer trainer = session.trainer(5, new Optimizer.Sgd(0.1, 0, false))) {
      List<String> stages =
          trainer.plan().stages().stream()
              .map(stage -> stage.name() + ": " + stage.kernel())
              .toList();
      for (String name : List.of("same", "valid")) {
        assertTrue(stages.contains(name + " forward: conv2d_strip"), stages.toString());
        assertTrue(stages.contains(name + " data: conv2d_strip"), stages.toString());
      }
      assertTrue(stages.contains("same filter: conv2d_strip_filter"), stages.toString());
      assertTrue(stages.contains("valid filter: conv2d_strip_filter"), stages.toString());
      assertTrue(stages.contains("strided backward: conv2d_backward"), stages.toString());
    }
  }

  /** In inference, whatever the precision; what comes out is the conformance suite's. */
  @Test
  void endsConvolutionsWithTheirChains() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(6, 6, 1));
    int value = conv(builder, "few", 0, 16, 1, true);
    value = conv(builder, "pools", value, 16, 1, true);
    value = builder.add("norm", new Op.BatchNorm(0.99f, 1e-3f, true, true), value);
    Op.Activation relu = new Op.Activation(Op.Activation.Function.RELU, 0);
    value = builder.add("relu", relu, value);
    Window halves = Window.over(builder.shape(value), 2, 2, 2, 2, true);
    value = builder.add("pool", new Op.MaxPool(halves), value);
    value = conv(builder, "acts", value, 16, 1, true);
    value = builder.add("relu2", relu, value);
    value = builder.add("flatten", new Op.Flatten(), value);
    builder.add("logits", new Op.Dense(3, true), value);
    Graph graph = builder.build("head", 0);
    for (Precision precision : List.of(Precision.FP32, Precision.TF32)) {
      SessionConfig config = new SessionConfig(1, precision, true);
      Context precise = context.with(precision);
      try (Session session = new OpenClSession(graph, config, precise, closed -> {});
          Predictor predictor = session.predictor(5)) {
        List<String> stages = predictor.plan().stages().stream().map(Plan.Stage::name).toList();
        assertEquals(List.of("few forward", "pools forward", "acts forward", "head"), stages);
      }
    }
  }

  @Test
  void saysWhichBatchWouldFit() {
    Context precise = context.with(Precision.TF32);
    SessionConfig config = new SessionConfig(1, Precision.TF32, true);
    try (Session session = new OpenClSession(graph(), config, precise, closed -> {})) {
      JacquardException e =
          assertThrows(
              JacquardException.class,
              () -> session.trainer(1 << 22, new Optimizer.Sgd(0.1, 0, false)));
      assertTrue(e.getMessage().contains("batch size"), e.getMessage());
    }
  }

  @Test
  void refusesADeviceWithoutThem() {
    TensorCores.require(context, Precision.FP32);
    assertRefused(
        Precision.TF32,
        "opencl:0:0 cannot compute in tf32: that takes NVIDIA's tensor cores; leave --precision out,"
            + " or choose another device");
    assertRefused(
        Precision.TF32X3,
        "opencl:0:0 does not compute in tf32x3, which took longer than fp32 where it was tried; give"
            + " --precision fp32 or tf32");
  }

  private void assertRefused(Precision precision, String message) {
    JacquardException e =
        assertThrows(JacquardException.class, () -> TensorCores.require(context, precision));
    assertEquals(message, e.getMessage());
  }
}
