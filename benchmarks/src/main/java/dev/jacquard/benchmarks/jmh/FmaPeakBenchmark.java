package dev.jacquard.benchmarks.jmh;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.kernel.MultiplyAdds;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the multipliers of a core can do at most: fused multiply-adds on registers alone. Every
 * other figure is to be held against this one, measured in the same sitting.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsPrepend = {KernelSet.COLLECTOR, KernelSet.ALIGNING},
    jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class FmaPeakBenchmark {
  private static final int ROUNDS = 10_000;

  private final MultiplyAdds chains = Kernels.vector().multiplyAdds();

  /** Independent chains of multiply-adds. */
  @Benchmark
  public float fma(Arithmetic arithmetic) {
    arithmetic.add(chains.flops(ROUNDS));
    return chains.run(ROUNDS);
  }
}
