package dev.jacquard.benchmarks.measure;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Warms a task up until its time is steady, then measures run by run.
 *
 * <p>Warm-up goes in blocks of half a second, but at least one run. It lasts at least as long as
 * the measurement, and until the time is steady: until the medians of the last three blocks lie
 * within {@value #TOLERANCE} of the smallest. If that does not happen within six times the
 * measurement, it is measured all the same, and the result says that it was not steady.
 */
public final class Stopwatch {
  private static final double TOLERANCE = 0.05;
  private static final int BLOCKS = 3;
  private static final long BLOCK_NANOSECONDS = 500_000_000;
  private static final int WARM_UP_FACTOR = 6;
  private static final int MIN_RUNS = 3;

  private final LongSupplier clock;
  private final long measured;

  /** A stopwatch that measures each task for some seconds, and for at least three runs. */
  public Stopwatch(double seconds) {
    this(seconds, System::nanoTime);
  }

  /** Reads nanoseconds from {@code clock}. */
  Stopwatch(double seconds, LongSupplier clock) {
    this.clock = clock;
    this.measured = (long) (seconds * 1e9);
  }

  /**
   * Measures both tasks of a contender and prints a line for each.
   *
   * @param steps that {@link Contender#train} makes in a run; the time of one is reported
   */
  public void measure(String engine, Contender contender, int steps, PrintStream out) {
    out.println(measure(engine, Task.TRAIN, steps, contender::train).toLine());
    out.println(measure(engine, Task.INFER, 1, contender::infer).toLine());
    out.flush();
  }

  /** Measures one task, of which a run does {@code parts} alike. */
  Measurement measure(String engine, Task task, int parts, Runnable run) {
    boolean steady = warmUp(run);
    List<Double> times = times(run, measured, MIN_RUNS);
    return new Measurement(engine, task, summary(times).over(parts), times.size(), steady);
  }

  private boolean warmUp(Runnable run) {
    long start = clock.getAsLong();
    List<Double> medians = new ArrayList<>();
    long passed = 0;
    while (medians.size() < BLOCKS || passed < WARM_UP_FACTOR * measured) {
      medians.add(summary(times(run, BLOCK_NANOSECONDS, 1)).median());
      passed = clock.getAsLong() - start;
      if (passed >= measured && steady(medians)) {
        return true;
      }
    }
    return false;
  }

  private static boolean steady(List<Double> medians) {
    if (medians.size() < BLOCKS) {
      return false;
    }
    Summary last = summary(medians.subList(medians.size() - BLOCKS, medians.size()));
    return last.max() <= last.min() * (1 + TOLERANCE);
  }

  /** Milliseconds of each run, over some time and at least {@code least} runs. */
  private List<Double> times(Runnable run, long nanoseconds, int least) {
    List<Double> times = new ArrayList<>();
    long start = clock.getAsLong();
    long before = start;
    while (times.size() < least || before - start < nanoseconds) {
      run.run();
      long now = clock.getAsLong();
      times.add((now - before) * 1e-6);
      before = now;
    }
    return times;
  }

  private static Summary summary(List<Double> times) {
    return Summary.of(times.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
