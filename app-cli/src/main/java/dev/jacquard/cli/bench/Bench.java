package dev.jacquard.cli.bench;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.cli.bench.StageShare.Profiled;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Measures a graph on a device. Steps are measured by the wall clock, each round to its last
 * result; stages in a session of its own where taking their times costs time.
 *
 * @param device stays the caller's
 * @param graph that is trained
 * @param config of the sessions
 * @param limits how long it may take
 */
public record Bench(Device device, Graph graph, SessionConfig config, Limits limits) {
  private static final int PROFILES = 5;
  private static final int MOST_PROFILED = 1000;

  /**
   * How long a measurement may take.
   *
   * @param seconds of each, about
   * @param steps of a round at most
   */
  public record Limits(double seconds, int steps) {
    private static final double LEAST_PROBE = 0.2;
    private static final double MOST_PROBE = 2;

    /** Of a probe of the roofline: a tenth of a measurement, if that is neither tiny nor long. */
    double probeSeconds() {
      return Math.max(LEAST_PROBE, Math.min(seconds / 10, MOST_PROBE));
    }
  }

  /**
   * Checks a batch size.
   *
   * @param option that asks for it
   * @throws JacquardException if it is larger than the data set
   */
  public static void requireBatch(String option, DataSet data, int batch) {
    if (batch > data.size()) {
      throw new JacquardException(
          option
              + " "
              + batch
              + " is more than the data set's "
              + data.size()
              + " samples; use "
              + data.size()
              + " or less");
    }
  }

  /**
   * Measures training, in epochs.
   *
   * @throws JacquardException if a batch is larger than the data set, or the device fails
   */
  public Measured training(DataSet data, int batch, Optimizer rule) {
    requireBatch("--batch-size", data, batch);
    return measure(
        session -> new TrainingWork(session, data, batch, rule, config.seed()), batch, data.size());
  }

  /**
   * Measures the classification of all samples.
   *
   * @throws JacquardException if a batch is larger than the data set, or the device fails
   */
  public Measured inference(DataSet data, int batch) {
    requireBatch("--inference-batch-size", data, batch);
    return measure(session -> new InferenceWork(session, data, batch), batch, data.size());
  }

  private Measured measure(Function<Session, Work> opening, int batch, int samples) {
    int whole = (samples - 1) / batch + 1;
    int full = Math.min(samples / batch, limits.steps());
    Rounds rounds;
    Plan plan;
    MemoryUse memory;
    int each;
    List<Profiled> times;
    try (Session session = device.session(graph, config);
        Work work = opening.apply(session)) {
      int most = Math.min(whole, limits.steps());
      rounds = new Pacer(most, work::run, System::nanoTime).measure(limits.seconds()).of(whole);
      plan = work.plan();
      memory = session.memory();
      each = profiled(rounds.median());
      times = session.profile().isEmpty() ? List.of() : times(session, work, each, full);
    }
    if (times.isEmpty()) {
      try (Session session = device.session(graph, config.withProfile());
          Work work = opening.apply(session)) {
        work.run(Math.min(each, full));
        times = times(session, work, each, full);
      }
    }
    List<StageShare> stages = StageShare.of(plan, times);
    int profiled = stages.isEmpty() ? 0 : each * PROFILES;
    return new Measured(batch, samples, plan, memory, rounds, profiled, stages);
  }

  /** How many batches are to be timed in each of the rounds, which take so many seconds each. */
  private int profiled(double seconds) {
    double fitting = limits.seconds() / 4 / PROFILES / Math.max(seconds, 1e-9);
    return (int) Math.max(1, Math.min(fitting, MOST_PROFILED));
  }

  /** Full batches only, as stages are counted for: of the data, again and again. */
  private static List<Profiled> times(Session session, Work work, int batches, int full) {
    List<Profiled> rounds = new ArrayList<>();
    session.profile();
    for (int round = 0; round < PROFILES; round++) {
      int left = batches;
      while (left > 0) {
        int some = Math.min(left, full);
        work.rewind();
        work.run(some);
        left -= some;
      }
      rounds.add(new Profiled(batches, session.profile()));
    }
    return rounds;
  }
}
