package dev.jacquard.benchmarks.peer;

import dev.jacquard.benchmarks.measure.Measurement;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Summary;
import dev.jacquard.benchmarks.measure.Task;
import dev.jacquard.benchmarks.measure.Unavailable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What several rounds of all engines come to.
 *
 * @param machine where it was measured
 * @param settings what was measured
 * @param rounds how often
 * @param tasks one entry for each task
 * @param skipped engines that could not be measured, and why
 */
record Comparison(
    Machine machine,
    Settings settings,
    int rounds,
    List<TaskResult> tasks,
    Map<String, Unavailable> skipped) {

  /** Copies the collections; the engines that were skipped keep their order. */
  Comparison {
    tasks = List.copyOf(tasks);
    skipped = new LinkedHashMap<>(skipped);
  }

  /**
   * One engine's times for a task.
   *
   * @param engine its name
   * @param milliseconds over the rounds, of each round's median
   * @param timesAsLong its median over the subject's: how many times as long it takes
   * @param timesByRound the same of each round's own figures
   * @param unsteady rounds whose times had not settled when they were measured
   */
  record EngineResult(
      String engine,
      Summary milliseconds,
      double timesAsLong,
      Summary timesByRound,
      int unsteady) {}

  /**
   * A task.
   *
   * @param task what was done
   * @param subject the engine to which the others are compared, mostly Jacquard
   * @param peers the others
   * @param fastestPeer the name of the one with the smallest median; Jacquard's other backends do
   *     not count, unless there is nothing else
   * @param ratio its median over the subject's: how many times faster the subject is
   */
  record TaskResult(
      Task task, EngineResult subject, List<EngineResult> peers, String fastestPeer, double ratio) {
    /** Copies the list. */
    TaskResult {
      peers = List.copyOf(peers);
    }
  }

  /**
   * Sums a task up.
   *
   * @param measurements of every engine, round after round
   * @param subject the name of the engine to which the others are compared
   * @param peers the names of the others, in the order of the report; at least one
   */
  static TaskResult of(
      Task task, List<Measurement> measurements, String subject, List<String> peers) {
    double[] base = medians(select(task, measurements, subject));
    EngineResult own = engine(task, measurements, subject, base);
    List<EngineResult> others =
        peers.stream().map(peer -> engine(task, measurements, peer, base)).toList();
    EngineResult fastest = fastest(others);
    return new TaskResult(task, own, others, fastest.engine(), fastest.timesAsLong());
  }

  private static EngineResult fastest(List<EngineResult> others) {
    EngineResult fastest = others.get(0);
    for (EngineResult other : others) {
      boolean isPeer = !Engines.isJacquard(other.engine());
      boolean beatsOwn = Engines.isJacquard(fastest.engine()) && isPeer;
      boolean alike = isPeer != Engines.isJacquard(fastest.engine());
      boolean faster = other.milliseconds().median() < fastest.milliseconds().median();
      if (beatsOwn || (alike && faster)) {
        fastest = other;
      }
    }
    return fastest;
  }

  private static EngineResult engine(
      Task task, List<Measurement> all, String engine, double[] base) {
    List<Measurement> own = select(task, all, engine);
    double[] medians = medians(own);
    Summary milliseconds = Summary.of(medians);
    double[] ratios = new double[Math.min(medians.length, base.length)];
    Arrays.setAll(ratios, round -> medians[round] / base[round]);
    int unsteady = (int) own.stream().filter(each -> !each.steady()).count();
    return new EngineResult(
        engine,
        milliseconds,
        milliseconds.median() / Summary.of(base).median(),
        Summary.of(ratios),
        unsteady);
  }

  private static List<Measurement> select(Task task, List<Measurement> all, String engine) {
    return all.stream()
        .filter(each -> each.task() == task && each.engine().equals(engine))
        .toList();
  }

  private static double[] medians(List<Measurement> rounds) {
    return rounds.stream().mapToDouble(each -> each.milliseconds().median()).toArray();
  }
}
