package dev.jacquard.benchmarks.jmh;

import dev.jacquard.backend.Session;
import dev.jacquard.backend.StageTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Reports the time of each fused stage beside a benchmark's own result: the stages run in their
 * real surroundings, with the caches as the stage before leaves them. A benchmark of whole steps
 * says with {@link #watch} whose stages they are.
 */
public final class StageProfiler implements InternalProfiler {
  private static volatile Session watched;
  private static volatile List<StageTime> last = List.of();

  /** For JMH, which makes profilers by their class name. */
  public StageProfiler() {}

  /** Takes the times of this session's stages from now on. */
  static void watch(Session session) {
    watched = session;
  }

  /**
   * To be called before the session is closed. Keeps its last times: JMH tears a benchmark down
   * before it asks its profilers about the last iteration.
   */
  static void release() {
    last = take();
    watched = null;
  }

  /** The times since the last call. */
  private static List<StageTime> take() {
    Session session = watched;
    if (session != null) {
      return session.profile();
    }
    List<StageTime> kept = last;
    last = List.of();
    return kept;
  }

  @Override
  public String getDescription() {
    return "Time of each fused stage of a plan, from the session's own clock";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    take();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    List<ScalarResult> results = new ArrayList<>();
    for (StageTime time : take()) {
      double microseconds = time.nanoseconds() * 1e-3 / time.runs();
      results.add(
          new ScalarResult("stage:" + time.stage(), microseconds, "us/run", AggregationPolicy.AVG));
    }
    return results;
  }
}
