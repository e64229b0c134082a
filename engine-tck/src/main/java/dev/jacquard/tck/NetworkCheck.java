package dev.jacquard.tck;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.graph.Graph;
import java.util.List;

/**
 * A quick check of one network on an open device, beside the double-precision oracle: probabilities
 * and losses of a few samples, and a training step on them. The samples are random bytes or numbers
 * and the weights are initial ones, both the same every time.
 *
 * <p>A large network has elements at kinks, where a rounding chooses another gradient, so that its
 * training step is held to what the suite allows the reference network; inference, which no kink
 * tears, to the tolerance of its longest sum. Of so few samples one kink can move a gradient by
 * more, though not by its own size: then other samples decide.
 */
public final class NetworkCheck {
  /** Samples that are computed; a full batch would take the oracle many seconds. */
  public static final int SAMPLES = 3;

  /** Sets of samples, of which one has to agree in the backward pass. */
  private static final int SETS = 3;

  private static final double TORN = 2e-3;

  /** How many times {@link #TORN} a kink can take, which is a fifth of a kernel's gradient. */
  private static final double KINK = 100;

  /**
   * Where operands are rounded to TF32, a kink that one of an image's maxima crosses takes a fifth
   * off an element of a kernel's gradient; what a kernel does wrong takes all of it.
   */
  private static final double TORN_BY_OPERANDS = 0.5;

  private NetworkCheck() {}

  /**
   * Runs it.
   *
   * @param provider of the device
   * @param options that the device was opened with
   * @param config fused or not, and the precision; the seed does not matter
   * @param batch samples that the plans are compiled for, of which the first {@link #SAMPLES} are
   *     given; at least as many
   * @return every tensor that was compared last, whether or not it passed
   * @throws AssertionError if the device says of a sample that it was classified right, or not, and
   *     there is no doubt that it is wrong
   * @throws dev.jacquard.error.JacquardException if the device fails
   */
  public static List<Measurement> run(
      BackendProvider provider,
      BackendOptions options,
      Device device,
      Graph graph,
      SessionConfig config,
      int batch) {
    SessionConfig same = new SessionConfig(Trial.SEED, config.precision(), config.fuse());
    List<Measurement> measured = List.of();
    try (Session session = device.session(graph, same)) {
      for (int set = 1; set <= SETS && !decided(measured); set++) {
        Scene scene = new Scene(provider, options, device, config);
        run(scene, session, Trials.initial(graph, Math.max(batch, SAMPLES), SAMPLES, set));
        measured = scene.measurements();
      }
    }
    return measured;
  }

  private static void run(Scene scene, Session session, Trial trial) {
    int longest = Reductions.longest(trial.graph(), SAMPLES);
    double sums = Tolerance.reduction(Math.max(longest, 64)).relative();
    trial.weights().forEach(session::write);
    trial.infer(scene, session, Tolerance.relative(sums));
    Tolerance backward = Tolerance.torn(Math.max(sums, TORN), TORN_BY_OPERANDS);
    trial.gradients(scene, session, SAMPLES, backward);
  }

  /** Whether other samples could not tell more: all is right, or no kink explains what is not. */
  private static boolean decided(List<Measurement> measured) {
    List<Measurement> wrong = measured.stream().filter(one -> !one.passed()).toList();
    boolean kinks =
        wrong.stream().allMatch(one -> one.direction().equals("backward") && one.share() < KINK);
    return !measured.isEmpty() && (wrong.isEmpty() || !kinks);
  }
}
