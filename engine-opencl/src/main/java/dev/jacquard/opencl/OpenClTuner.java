package dev.jacquard.opencl;

import dev.jacquard.backend.Tuner;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.opencl.plan.Context;
import dev.jacquard.opencl.plan.TensorCores;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Search;
import dev.jacquard.opencl.tuning.Space;
import dev.jacquard.opencl.tuning.Tuning;
import dev.jacquard.opencl.tuning.TuningStore;
import dev.jacquard.opencl.tuning.TuningText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Tries how the launches of a training step may be cut, and keeps what is fastest. */
final class OpenClTuner implements Tuner {
  private final Context context;
  private final Context.ProgramBuilder builder;
  private final TuningStore store;

  /**
   * For a device that is open.
   *
   * @param builder makes programs without keeping them: most are slower than another
   */
  OpenClTuner(Context context, Context.ProgramBuilder builder, TuningStore store) {
    this.context = context;
    this.builder = builder;
    this.store = store;
  }

  @Override
  public List<String> known() {
    List<String> lines = new ArrayList<>();
    store.known().choices().forEach((launch, choice) -> lines.add(launch + ": " + choice));
    return lines;
  }

  @Override
  public String export() {
    return store.text(store.found());
  }

  @Override
  public int adopt(String text) {
    TuningText read = TuningText.parse("the tuning", text);
    if (!read.device().equals(store.device())) {
      throw new JacquardException(
          "the tuning is for \""
              + read.device()
              + "\", and this device is \""
              + store.device()
              + "\"; tune this one with \"jacquard tune\"");
    }
    store.keep(read.tuning().or(store.found()));
    return read.tuning().choices().size();
  }

  @Override
  public Outcome tune(Graph graph, Request request, Progress progress) {
    TensorCores.require(context, request.precision());
    store.requireWritable();
    try (TuningTrial trial = new TuningTrial(graph, context, builder, request)) {
      Tuning known = store.known();
      Map<String, Set<String>> stages = new LinkedHashMap<>();
      Map<String, Space> spaces = new LinkedHashMap<>();
      Search.Run first =
          right(
              trial.open(
                  (stage, launch, space) -> {
                    stages.computeIfAbsent(launch, none -> new LinkedHashSet<>()).add(stage);
                    spaces.put(launch, space);
                    return known.choose(launch, space);
                  }));
      List<Search.Site> sites = new ArrayList<>();
      stages.forEach((launch, of) -> sites.add(new Search.Site(of, launch, spaces.get(launch))));
      long end = System.nanoTime() + (long) (request.seconds() * 1e9);
      BooleanSupplier over = () -> System.nanoTime() > end || progress.isEnough();
      try (Search search = new Search(sites, trial, known, first, over, progress::tried)) {
        return search(search, trial, known, spaces);
      }
    }
  }

  private Search.Run right(Optional<Search.Run> run) {
    return run.orElseThrow(
        () ->
            new JacquardException(
                context.name()
                    + " computes wrong numbers as it is; \"jacquard verify\" says more"));
  }

  private Outcome search(
      Search search, TuningTrial trial, Tuning known, Map<String, Space> spaces) {
    boolean kept;
    try {
      search.search();
    } finally {
      // Each choice won by itself: what was found before a failure is not lost.
      kept = store.keepWon(search.best(), known);
    }
    double[] seconds;
    try (Search.Run plain = right(trial.open((stage, launch, space) -> space.preset()))) {
      seconds = search.against(plain);
    }
    List<String> changes = new ArrayList<>();
    spaces.forEach((launch, space) -> change(search.best(), launch, space).ifPresent(changes::add));
    return new Outcome(
        seconds[0], seconds[1], search.tried(), search.refused(), search.complete(), kept, changes);
  }

  /** How a launch is cut other than without tuning, if it is. */
  private static Optional<String> change(Tuning tuning, String launch, Space space) {
    Choice choice = tuning.choose(launch, space);
    List<String> numbers = new ArrayList<>();
    for (String knob : space.knobs()) {
      int preset = space.preset().of(knob);
      if (choice.of(knob) != preset) {
        numbers.add(knob + " " + preset + " -> " + choice.of(knob));
      }
    }
    return numbers.isEmpty()
        ? Optional.empty()
        : Optional.of(launch + ": " + String.join(", ", numbers));
  }
}
