package dev.jacquard.cli.bench;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
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
  private static final int MOST_PROFILED = 50;

  /**
   * How long a measurement may take.
   *
   * @param seconds of each, about
   * @param steps of a round at most
   */
  public record Limits(double seconds, int steps) {}

  /**
   * Measures training, in epochs.
   *
   * @throws JacquardException if a batch is larger than the data set, or the device fails
   */
  public Measured training(DataSet data, int batch, Optimizer rule) {
    if (batch > data.size()) {
      throw new JacquardException(
          "--batch-size "
              + batch
              + " is more than the data set's "
              + data.size()
              + " samples; use "
              + data.size()
              + " or less");
    }
    return measure(
        session -> new TrainingWork(session, data, batch, rule, config.seed()), batch, data.size());
  }

  /** Measures the classification of all samples. */
  public Measured inference(DataSet data, int atOnce) {
    int batch = Math.min(atOnce, data.size());
    return measure(session -> new InferenceWork(session, data, batch), batch, data.size());
  }

  private Measured measure(Function<Session, Work> opening, int batch, int samples) {
    int whole = (samples - 1) / batch + 1;
    Rounds rounds;
    Plan plan;
    int profiled;
    List<StageTime> times;
    try (Session session = device.session(graph, config);
        Work work = opening.apply(session)) {
      int most = Math.min(whole, limits.steps());
      rounds = new Pacer(most, work::run, System::nanoTime).measure(limits.seconds()).of(whole);
      plan = work.plan();
      profiled = profiled(rounds.median(), samples / batch);
      times = times(session, work, profiled);
    }
    if (times.isEmpty()) {
      try (Session session = device.session(graph, config.withProfile());
          Work work = opening.apply(session)) {
        work.run(profiled);
        times = times(session, work, profiled);
      }
    }
    List<StageShare> stages = StageShare.of(plan, times, profiled);
    return new Measured(batch, samples, plan, rounds, stages);
  }

  /** Full batches whose stages are timed. */
  private int profiled(double seconds, int most) {
    double fitting = Math.min(limits.seconds() / 8 / seconds, limits.steps());
    return (int) Math.max(1, Math.min(fitting, Math.min(most, MOST_PROFILED)));
  }

  private static List<StageTime> times(Session session, Work work, int batches) {
    session.profile();
    work.run(batches);
    return session.profile();
  }
}
