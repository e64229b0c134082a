package dev.jacquard.cpu;

import dev.jacquard.backend.Roofline;
import dev.jacquard.cpu.kernel.MultiplyAdds;
import dev.jacquard.cpu.thread.Workers;

/**
 * Measures what the workers do at most together: chains of multiply-adds in registers, and a copy
 * from one array to another.
 */
final class RooflineProbe {
  /** Multiply-adds of a chain in a unit: some tenths of a millisecond, once they are compiled. */
  private static final int ROUNDS = 1 << 16;

  /** Units for each worker, so that one that is held back delays a run only a little. */
  private static final int UNITS = 4;

  /** Floats of each array of the copy, 128 MiB, where the heap is large enough. */
  private static final long COPIED = 32L << 20;

  private static final int LEAST_RUNS = 3;

  private final Workers workers;
  private final MultiplyAdds multiplyAdds;
  private final double seconds;

  /** Receives what chains came to, so that they are not found to be of no use. */
  private volatile float sink;

  private RooflineProbe(Workers workers, MultiplyAdds multiplyAdds, double seconds) {
    this.workers = workers;
    this.multiplyAdds = multiplyAdds;
    this.seconds = seconds;
  }

  /**
   * Measures.
   *
   * @param seconds about how long that takes; each program runs three times at least
   */
  static Roofline measure(Workers workers, MultiplyAdds multiplyAdds, double seconds) {
    RooflineProbe probe = new RooflineProbe(workers, multiplyAdds, seconds / 2);
    return new Roofline(probe.flopsPerSecond(), probe.bytesPerSecond());
  }

  private double flopsPerSecond() {
    int units = UNITS * workers.count();
    double flops = (double) units * multiplyAdds.flops(ROUNDS);
    return flops / fastest(units, (unit, worker) -> sink = multiplyAdds.run(ROUNDS));
  }

  private double bytesPerSecond() {
    // Two arrays, an eighth of the heap each at most.
    int floats = (int) Math.min(COPIED, Runtime.getRuntime().maxMemory() / Float.BYTES / 8);
    float[] from = new float[floats];
    float[] to = new float[floats];
    int units = UNITS * workers.count();
    double bytes = 2.0 * Float.BYTES * floats;
    return bytes
        / fastest(
            units,
            (unit, worker) -> {
              int begin = (int) ((long) floats * unit / units);
              int end = (int) ((long) floats * (unit + 1) / units);
              System.arraycopy(from, begin, to, begin, end - begin);
            });
  }

  /**
   * The seconds of the fastest run: nothing makes a machine faster than it is, but others may use
   * it too, and the first runs are not compiled yet.
   */
  private double fastest(int units, Workers.Task task) {
    long least = Long.MAX_VALUE;
    long start = System.nanoTime();
    for (int run = 0; run < LEAST_RUNS || (System.nanoTime() - start) * 1e-9 < seconds; run++) {
      long begin = System.nanoTime();
      workers.run(units, task);
      least = Math.min(least, System.nanoTime() - begin);
    }
    return Math.max(least, 1) * 1e-9;
  }
}
