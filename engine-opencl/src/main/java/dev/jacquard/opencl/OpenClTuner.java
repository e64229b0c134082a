package dev.jacquard.opencl;

import dev.jacquard.backend.Tuner;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.opencl.plan.Context;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Chooser;
import dev.jacquard.opencl.tuning.Search;
import dev.jacquard.opencl.tuning.Space;
import dev.jacquard.opencl.tuning.Tuning;
import dev.jacquard.opencl.tuning.TuningStore;
import dev.jacquard.opencl.tuning.TuningText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    TuningTrial trial = new TuningTrial(graph, context, builder, request);
    Map<String, Search.Site> sites = new LinkedHashMap<>();
    Chooser presets =
        (stage, launch, space) -> {
          sites.put(launch, new Search.Site(stage, launch, space));
          return space.preset();
        };
    Search.Run first = plain(trial, presets);
    List<Search.Site> all = List.copyOf(sites.values());
    long end = System.nanoTime() + (long) (request.seconds() * 1e9);
    try (Search search =
        new Search(all, trial, first, () -> System.nanoTime() > end, progress::tried)) {
      search.search();
      return outcome(search, trial, sites);
    }
  }

  private Search.Run plain(TuningTrial trial, Chooser presets) {
    return trial
        .open(presets)
        .orElseThrow(
            () ->
                new JacquardException(
                    context.name()
                        + " computes wrong numbers without any tuning;"
                        + " \"jacquard verify\" says more"));
  }

  /** Measures what was there and what was found once more, in turns, and keeps the latter. */
  private Outcome outcome(Search search, TuningTrial trial, Map<String, Search.Site> sites) {
    double[] seconds;
    try (Search.Run plain = plain(trial, (stage, launch, space) -> space.preset())) {
      seconds = search.against(plain);
    }
    List<String> changes = new ArrayList<>();
    boolean faster = seconds[1] < seconds[0];
    if (faster) {
      store.keep(search.best().or(withoutSites(store.found(), sites)));
      search
          .best()
          .choices()
          .forEach((launch, choice) -> changes.add(change(sites.get(launch), choice)));
    }
    return new Outcome(
        seconds[0],
        faster ? seconds[1] : seconds[0],
        search.tried(),
        search.refused(),
        search.complete(),
        changes);
  }

  /** What is known of other launches: of these, no choice means that the preset is best. */
  private static Tuning withoutSites(Tuning tuning, Map<String, Search.Site> sites) {
    Tuning rest = Tuning.NONE;
    for (Map.Entry<String, Choice> each : tuning.choices().entrySet()) {
      rest = sites.containsKey(each.getKey()) ? rest : rest.with(each.getKey(), each.getValue());
    }
    return rest;
  }

  private static String change(Search.Site site, Choice choice) {
    Space space = site.space();
    List<String> numbers = new ArrayList<>();
    for (String knob : space.knobs()) {
      int preset = space.preset().of(knob);
      if (choice.of(knob) != preset) {
        numbers.add(knob + " " + preset + " -> " + choice.of(knob));
      }
    }
    return site.launch() + ": " + String.join(", ", numbers);
  }
}
