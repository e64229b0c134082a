package dev.jacquard.benchmarks.peer;

import dev.jacquard.benchmarks.measure.Measurement;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Summary;
import dev.jacquard.benchmarks.measure.Task;
import java.util.List;

/**
 * What several rounds of all engines come to.
 *
 * @param machine where it was measured
 * @param settings what was measured
 * @param rounds how often
 * @param tasks one entry for each task
 */
record Comparison(Machine machine, Settings settings, int rounds, List<TaskResult> tasks) {

  /** Copies the list. */
  Comparison {
    tasks = List.copyOf(tasks);
  }

  /**
   * One engine's times for a task.
   *
   * @param engine its name
   * @param milliseconds over the rounds, of each round's median
   * @param unsteady rounds whose times had not settled when they were measured
   */
  record EngineResult(String engine, Summary milliseconds, int unsteady) {}

  /**
   * A task.
   *
   * @param task what was done
   * @param subject Jacquard
   * @param peers the others
   * @param fastestPeer the name of the peer with the smallest median
   * @param ratio its median over Jacquard's: how many times faster Jacquard is
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
   * @param measurements of every engine and round, in any order
   * @param subject Jacquard's name
   * @param peers the names of the others, in the order of the report
   */
  static TaskResult of(
      Task task, List<Measurement> measurements, String subject, List<String> peers) {
    EngineResult own = engine(task, measurements, subject);
    List<EngineResult> others =
        peers.stream().map(peer -> engine(task, measurements, peer)).toList();
    EngineResult fastest = others.get(0);
    for (EngineResult other : others) {
      if (other.milliseconds().median() < fastest.milliseconds().median()) {
        fastest = other;
      }
    }
    double ratio = fastest.milliseconds().median() / own.milliseconds().median();
    return new TaskResult(task, own, others, fastest.engine(), ratio);
  }

  private static EngineResult engine(Task task, List<Measurement> all, String engine) {
    List<Measurement> own =
        all.stream().filter(each -> each.task() == task && each.engine().equals(engine)).toList();
    double[] medians = own.stream().mapToDouble(each -> each.milliseconds().median()).toArray();
    int unsteady = (int) own.stream().filter(each -> !each.steady()).count();
    return new EngineResult(engine, Summary.of(medians), unsteady);
  }
}
