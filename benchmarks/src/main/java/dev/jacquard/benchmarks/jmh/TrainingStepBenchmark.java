package dev.jacquard.benchmarks.jmh;

import dev.jacquard.benchmarks.Images;
import dev.jacquard.benchmarks.Training;
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
 * A whole training step: gather, forward, backward, update. With {@code -prof
 * dev.jacquard.benchmarks.jmh.StageProfiler} also the time of each fused stage, with {@code -prof
 * gc} the bytes that a step allocates.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 8, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(
    value = 2,
    jvmArgsPrepend = {KernelSet.COLLECTOR, KernelSet.ALIGNING},
    jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class TrainingStepBenchmark {
  /** The network. */
  @Param({"fmnist-reference", "lenet5", "resnet-small"})
  public String network;

  /** Images of a step. */
  @Param({"1", "64", "512"})
  public int batch;

  /** Threads that compute. */
  @Param({"1", "2"})
  public int threads;

  /** Images to train on. */
  @Param("60000")
  public int images;

  /** Winograd's convolutions, as {@code --winograd} takes them. */
  @Param("none")
  public String winograd;

  private Training training;

  /** Compiles the plan. */
  @Setup
  public void setUp() {
    Images found = Images.firstOf(Split.TRAIN, images);
    System.out.println("# Images: " + found.source());
    training = new Training(network, batch, threads, winograd, found.data());
    StageProfiler.watch(training.session());
  }

  /** Frees it. */
  @TearDown
  public void tearDown() {
    StageProfiler.release();
    training.close();
  }

  /** One step. */
  @Benchmark
  public float step() {
    return training.step();
  }
}
