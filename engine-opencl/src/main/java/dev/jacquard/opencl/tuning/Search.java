package dev.jacquard.opencl.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Looks for the fastest choices, one knob of one launch after the other, the slowest stages first,
 * until nothing gets faster or the time is over. A candidate runs in turns with the best until
 * then, so that what else the machine does slows both.
 */
public final class Search implements AutoCloseable {
  /** What is won by less than this share of a stage may be noise. */
  private static final double LEAST_GAIN = 0.02;

  /** Other stages' times count where they change by more than this, for the same reason. */
  private static final double NOISE = 0.1;

  private static final int PASSES = 2;
  private static final int TURNS = 4;
  private static final int MORE_TURNS = 8;

  /**
   * A launch that can be cut in several ways.
   *
   * @param stages of the plan that it is: as many as the network has such layers
   */
  public record Site(Set<String> stages, String launch, Space space) {
    /** Copies the set. */
    public Site {
      stages = Set.copyOf(stages);
    }

    private double time(Map<String, Double> of) {
      return stages.stream().mapToDouble(stage -> of.getOrDefault(stage, 0.0)).sum();
    }
  }

  /** A plan that is ready to run. */
  public interface Run extends AutoCloseable {
    /** Runs some steps; seconds of each stage of a step, by its name. */
    Map<String, Double> round();

    @Override
    void close();
  }

  /** Makes plans. */
  @FunctionalInterface
  public interface Trial {
    /** A plan; empty if it cannot be compiled, or if its numbers are wrong. */
    Optional<Run> open(Tuning tuning);
  }

  /** Is told of each candidate. */
  @FunctionalInterface
  public interface Watch {
    /**
     * How many were tried, what share of all is done, and how many times faster the best is than
     * what was known.
     */
    void tried(String launch, int tried, double share, double gain);
  }

  /** Seconds of each stage of two plans, by their fastest rounds. */
  private record Pair(Map<String, Double> one, Map<String, Double> other) {}

  private final List<Site> sites;
  private final Trial trial;
  private final BooleanSupplier over;
  private final Watch watch;
  private Tuning best;
  private Run run;
  private double gain = 1;
  private int tried;
  private int refused;
  private int knobs;
  private int turned;
  private boolean complete;

  /**
   * Begins with what is known.
   *
   * @param sites launches; those that do not run are left alone
   * @param first the plan of {@code known}, which the search closes
   * @param over whether the time is over
   */
  public Search(
      List<Site> sites, Trial trial, Tuning known, Run first, BooleanSupplier over, Watch watch) {
    this.sites = new ArrayList<>(sites);
    this.trial = trial;
    this.best = known;
    this.run = first;
    this.over = over;
    this.watch = watch;
  }

  /** Searches. */
  public void search() {
    Map<String, Double> times = run.round();
    // Chosen but never launched is what belongs to a layer that runs as a part of another stage.
    sites.removeIf(site -> site.time(times) == 0);
    sites.sort(Comparator.comparingDouble(site -> -site.time(times)));
    knobs = PASSES * sites.stream().mapToInt(site -> site.space().knobs().size()).sum();
    complete = true;
    for (int pass = 0; pass < PASSES && complete; pass++) {
      Tuning before = best;
      for (Site site : sites) {
        for (String knob : site.space().knobs()) {
          turn(site, knob);
          turned++;
        }
      }
      if (best.equals(before)) {
        return;
      }
    }
  }

  /** Turns a knob up while that helps; if it never does, down. */
  private void turn(Site site, String knob) {
    if (!climb(site, knob, true)) {
      climb(site, knob, false);
    }
  }

  private boolean climb(Site site, String knob, boolean up) {
    boolean any = false;
    while (complete) {
      Choice from = best.choose(site.launch(), site.space());
      Optional<Choice> next = site.space().next(from, knob, up);
      if (next.isEmpty() || !tries(site, next.get())) {
        return any;
      }
      any = true;
    }
    return any;
  }

  private boolean tries(Site site, Choice candidate) {
    if (over.getAsBoolean()) {
      complete = false;
      return false;
    }
    tried++;
    Tuning tuning = best.with(site.launch(), candidate);
    Optional<Run> opened = trial.open(tuning);
    boolean wins = false;
    if (opened.isPresent()) {
      wins = wins(site, opened.get());
    } else {
      refused++;
    }
    if (wins) {
      best = tuning;
    }
    watch.tried(site.launch(), tried, Math.min(1, turned / (double) knobs), gain);
    return wins;
  }

  /** Whether a plan is faster: then it is the one that runs from now on, else it is closed. */
  private boolean wins(Site site, Run candidate) {
    Run loser = candidate;
    try {
      if (winsTwice(site, candidate)) {
        loser = run;
        run = candidate;
        return true;
      }
      return false;
    } finally {
      loser.close();
    }
  }

  /** Twice: of many that are tried, some seem fast once by chance. */
  private boolean winsTwice(Site site, Run candidate) {
    if (!wins(site, inTurns(run, candidate, TURNS))) {
      return false;
    }
    Pair pair = inTurns(run, candidate, MORE_TURNS);
    if (!wins(site, pair)) {
      return false;
    }
    gain *= total(pair.one()) / total(pair.other());
    return true;
  }

  private static boolean wins(Site site, Pair pair) {
    return gain(site, pair) > LEAST_GAIN * site.time(pair.one());
  }

  private static Pair inTurns(Run one, Run other, int turns) {
    Pair least = new Pair(new HashMap<>(), new HashMap<>());
    for (int turn = 0; turn < turns; turn++) {
      one.round().forEach((stage, seconds) -> least.one().merge(stage, seconds, Math::min));
      other.round().forEach((stage, seconds) -> least.other().merge(stage, seconds, Math::min));
    }
    return least;
  }

  /** Seconds that are won: in the stage, and in others where that is more than noise. */
  private static double gain(Site site, Pair pair) {
    double gain = 0;
    Set<String> stages = new TreeSet<>(pair.one().keySet());
    stages.addAll(pair.other().keySet());
    for (String stage : stages) {
      // A choice may make a stage needless, or one needful.
      double before = pair.one().getOrDefault(stage, 0.0);
      double won = before - pair.other().getOrDefault(stage, 0.0);
      boolean counts = site.stages().contains(stage) || Math.abs(won) > NOISE * before;
      gain += counts ? won : 0;
    }
    return gain;
  }

  private static double total(Map<String, Double> of) {
    return of.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /**
   * Seconds of the stages of a step, in turns with the best.
   *
   * @return those of {@code other} and those of the best
   */
  public double[] against(Run other) {
    Pair pair = inTurns(other, run, MORE_TURNS);
    return new double[] {total(pair.one()), total(pair.other())};
  }

  /** The fastest choices until now: what was known, where nothing is faster. */
  public Tuning best() {
    return best;
  }

  /** Candidates that were run. */
  public int tried() {
    return tried;
  }

  /** Those whose numbers were wrong, or that could not be compiled. */
  public int refused() {
    return refused;
  }

  /** Whether the search came to its end before the time was over. */
  public boolean complete() {
    return complete;
  }

  @Override
  public void close() {
    run.close();
  }
}
