package dev.jacquard.benchmarks.jmh;

import dev.jacquard.benchmarks.Images;
import dev.jacquard.benchmarks.Inference;
import dev.jacquard.fmnist.Split;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Inference of the whole test set. The profilers of {@link TrainingStepBenchmark} serve here too.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
    value = 2,
    jvmArgsPrepend = {KernelSet.COLLECTOR, KernelSet.ALIGNING},
    jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class InferenceBenchmark {
  /** The network. */
  @Param({"fmnist-reference", "lenet5", "resnet-small"})
  public String network;

  /** Images that the plan takes at once. */
  @Param("64")
  public int batch;

  /** Threads that compute. */
  @Param({"1", "2"})
  public int threads;

  /** Images to classify. */
  @Param("10000")
  public int images;

  /** Winograd's convolutions, as {@code --winograd} takes them. */
  @Param("none")
  public String winograd;

  private Inference inference;

  /** Compiles the plan. */
  @Setup
  public void setUp() {
    Images found = Images.firstOf(Split.TEST, images);
    System.out.println("# Images: " + found.source());
    inference = new Inference(network, batch, threads, winograd, found.data());
    StageProfiler.watch(inference.session());
  }

  /** Frees it. */
  @TearDown
  public void tearDown() {
    StageProfiler.release();
    inference.close();
  }

  /** All images. */
  @Benchmark
  public float[] infer() {
    return inference.run();
  }
}
