package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Tuner;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.plan.Context;
import dev.jacquard.opencl.plan.Limits;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Chooser;
import dev.jacquard.opencl.tuning.Search;
import dev.jacquard.opencl.tuning.Tuning;
import dev.jacquard.opencl.tuning.TuningStore;
import dev.jacquard.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenClTunerTest {
  private static final Tuner.Request SHORT = new Tuner.Request(5, 1, 1e-9, Precision.FP32);

  @TempDir Path folder;

  private Context context;

  /** Whether programs are made that compute something else. */
  private boolean corrupt;

  private final FaultyCalls calls = new FaultyCalls();

  @BeforeEach
  void open() {
    FoundDevice found = FoundDevice.first();
    context =
        new Context(
            calls.over(found.cl()),
            found.platform(),
            found.device(),
            "opencl:0:0",
            "a test",
            Limits.of(found.cl(), found.device(), "auto"),
            Chooser.of(Tuning.NONE),
            (handle, on, source, options) -> build(found.cl(), handle, on, source, options));
  }

  private long build(ClApi cl, long handle, long on, String source, String options) {
    String wrong = "#define fma(a, b, c) ((a) * (b) * 1.05f + (c))\n";
    return cl.buildProgram(handle, on, corrupt ? wrong + source : source, options);
  }

  @AfterEach
  void close() {
    if (context != null) {
      assertEquals(0, context.live());
      context.close();
    }
  }

  private Context.ProgramBuilder builder() {
    FoundDevice found = FoundDevice.first();
    return (handle, on, source, options) -> build(found.cl(), handle, on, source, options);
  }

  private OpenClTuner tuner(TuningStore store) {
    return new OpenClTuner(context, builder(), store);
  }

  private TuningStore store(Path in) {
    return new TuningStore(Optional.of(in), "a device", "1", "nobody");
  }

  /** Behind the pooling the bias has a gradient of 0 that no backend knows to be 0. */
  private static Graph graph() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(7, 6, 1));
    Window conv = Window.over(builder.shape(0), 3, 3, 1, 1, true);
    int value = builder.add("conv", new Op.Conv2d(16, conv, true), 0);
    Window pool = Window.over(builder.shape(value), 2, 2, 2, 2, false);
    value = builder.add("pool", new Op.AvgPool(pool), value);
    value = builder.add("norm", new Op.BatchNorm(0.99f, 1e-3f, true, true), value);
    value = builder.add("flatten", new Op.Flatten(), value);
    builder.add("dense", new Op.Dense(3, true), value);
    return builder.build("head", 0);
  }

  @Test
  void agreesWithTheDefinitionWhereGradientsAreZero() {
    for (int batch : new int[] {1, 5}) {
      Tuner.Request request = new Tuner.Request(batch, 1, 1e-9, Precision.FP32);
      Tuner.Outcome outcome =
          tuner(store(folder)).tune(graph(), request, (launch, tried, share, gain) -> {});
      assertEquals(0, outcome.tried());
      assertTrue(outcome.before() > 0 && outcome.after() > 0, outcome.toString());
    }
  }

  @Test
  void refusesWhatComputesSomethingElse() {
    try (TuningTrial trial = new TuningTrial(graph(), context, builder(), SHORT)) {
      List<String> launches = new ArrayList<>();
      List<Choice> others = new ArrayList<>();
      Optional<Search.Run> right =
          trial.open(
              (stage, launch, space) -> {
                if (launch.startsWith("conv2d_forward_rows 7x6x1")) {
                  launches.add(launch);
                  others.add(space.next(space.preset(), "rows", false).orElseThrow());
                }
                return space.preset();
              });
      right.orElseThrow().close();
      Tuning other = Tuning.NONE.with(launches.get(0), others.get(0));
      corrupt = true;
      assertTrue(trial.open(other).isEmpty());
    }
    corrupt = false;
    try (TuningTrial trial = new TuningTrial(graph(), context, builder(), SHORT)) {
      trial.open(Tuning.NONE).orElseThrow().close();
    }
  }

  @Test
  void saysThatTheDeviceIsWrong() {
    corrupt = true;
    JacquardException e =
        assertThrows(
            JacquardException.class,
            () -> tuner(store(folder)).tune(graph(), SHORT, (launch, tried, share, gain) -> {}));
    assertEquals(
        "opencl:0:0 computes wrong numbers as it is; \"jacquard verify\" says more",
        e.getMessage());
  }

  @Test
  void saysThatTheDriverTellsNoTimes() {
    calls.stopTheClock();
    JacquardException e =
        assertThrows(
            JacquardException.class,
            () -> tuner(store(folder)).tune(graph(), SHORT, (launch, tried, share, gain) -> {}));
    assertTrue(e.getMessage().contains("that it took no time"), e.getMessage());
  }

  @Test
  void keepsWhatIsKnownWhereNothingIsFaster() {
    Tuning known = Tuning.NONE.with("fold 1", Choice.NONE.with("m", 2));
    store(folder).keep(known);
    for (int turn = 0; turn < 4; turn++) {
      Tuner.Outcome outcome =
          tuner(store(folder)).tune(graph(), SHORT, (launch, tried, share, gain) -> {});
      assertFalse(outcome.kept());
      assertEquals(known, store(folder).found());
    }
  }

  @Test
  void endsWhereItsWatcherHasEnough() {
    Tuner.Progress enough =
        new Tuner.Progress() {
          @Override
          public void tried(String stage, int tried, double share, double gain) {}

          @Override
          public boolean isEnough() {
            return true;
          }
        };
    Tuner.Outcome outcome =
        tuner(store(folder)).tune(graph(), new Tuner.Request(5, 1, 3600, Precision.FP32), enough);
    assertEquals(0, outcome.tried());
    assertFalse(outcome.complete());
  }

  @Test
  void refusesBeforeTheSearchWhatCouldNotBeKept() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    JacquardException e =
        assertThrows(
            JacquardException.class,
            () ->
                tuner(store(file.resolve("below")))
                    .tune(graph(), SHORT, (launch, tried, share, gain) -> {}));
    assertTrue(e.getMessage().contains("set JACQUARD_CACHE"), e.getMessage());
  }

  @Test
  void refusesBatchesThatAreTooLarge() {
    Tuner.Request huge = new Tuner.Request(Integer.MAX_VALUE, 1, 1, Precision.FP32);
    JacquardException e =
        assertThrows(
            JacquardException.class,
            () -> tuner(store(folder)).tune(graph(), huge, (launch, tried, share, gain) -> {}));
    assertTrue(e.getMessage().startsWith("batch size 2147483647: expected at most "));
  }
}
