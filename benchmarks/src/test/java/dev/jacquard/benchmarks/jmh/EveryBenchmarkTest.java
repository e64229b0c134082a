package dev.jacquard.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark sets up, runs and reports, on tiny sizes and in this process. */
class EveryBenchmarkTest {
  private static final List<Class<?>> CLASSES =
      List.of(
          FilterGradBenchmark.class,
          FmaPeakBenchmark.class,
          GemmBenchmark.class,
          InferenceBenchmark.class,
          TrainingStepBenchmark.class);

  @BeforeAll
  static void allowSeveralRunsOnThisMachine() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  /** One short iteration of {@code benchmark}, with all values of its other parameters. */
  private static Collection<RunResult> run(Class<?> benchmark, String... parameters)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(benchmark.getName().replace(".", "\\.") + "\\.")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1))
            .shouldFailOnError(true)
            .addProfiler(StageProfiler.class)
            .verbosity(VerboseMode.SILENT);
    for (int i = 0; i < parameters.length; i += 2) {
      options.param(parameters[i], parameters[i + 1]);
    }
    return new Runner(options.build()).run();
  }

  private static double secondary(RunResult result, String name) {
    return result.getSecondaryResults().get(name).getScore();
  }

  @Test
  void noBenchmarkIsLeftOut() {
    Set<String> expected =
        CLASSES.stream()
            .flatMap(type -> Arrays.stream(type.getMethods()))
            .filter(method -> method.isAnnotationPresent(Benchmark.class))
            .map(EveryBenchmarkTest::name)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> listed =
        BenchmarkList.defaultList()
            .getAll(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
            .stream()
            .map(entry -> entry.getUsername())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(expected, listed);
  }

  private static String name(Method method) {
    return method.getDeclaringClass().getName() + "." + method.getName();
  }

  @ParameterizedTest
  @ValueSource(classes = {GemmBenchmark.class, FilterGradBenchmark.class})
  void kernelsReportTheirArithmetic(Class<?> benchmark) throws RunnerException {
    Collection<RunResult> results = run(benchmark);
    int products = benchmark == GemmBenchmark.class ? Product.values().length : 4;
    assertEquals(products * KernelSet.values().length, results.size());
    results.forEach(result -> assertTrue(secondary(result, "gigaflops") > 0));
  }

  @Test
  void thePeakReportsItsArithmetic() throws RunnerException {
    Collection<RunResult> results = run(FmaPeakBenchmark.class);
    assertEquals(1, results.size());
    results.forEach(result -> assertTrue(secondary(result, "gigaflops") > 0));
  }

  @Test
  void trainingStepsReportTheirStages() throws RunnerException {
    check(run(TrainingStepBenchmark.class, "batch", "2", "images", "5"));
  }

  @Test
  void inferenceReportsItsStages() throws RunnerException {
    check(run(InferenceBenchmark.class, "batch", "2", "images", "5"));
  }

  /** All networks, with one and two threads. */
  private static void check(Collection<RunResult> results) {
    assertEquals(6, results.size());
    for (RunResult result : results) {
      assertTrue(result.getPrimaryResult().getScore() > 0);
      List<String> stages =
          result.getSecondaryResults().keySet().stream()
              .filter(name -> name.startsWith("stage:"))
              .toList();
      assertTrue(stages.size() > 1, () -> "stages: " + stages);
      stages.forEach(stage -> assertTrue(secondary(result, stage) > 0, stage));
    }
  }
}
