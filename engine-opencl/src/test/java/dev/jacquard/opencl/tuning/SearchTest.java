package dev.jacquard.opencl.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

final class SearchTest {
  private static final Space SPACE =
      Space.of(choice -> choice.of("m") * choice.of("n") <= 64)
          .with("m", 4, List.of(1, 2, 8, 16, 32))
          .with("n", 4, List.of(1, 2, 8, 16));

  private final List<Tuning> opened = new ArrayList<>();
  private int open;
  private int round;

  /** A plan of one stage whose time follows from the choice. */
  private Search.Trial trial(ToDoubleFunction<Choice> seconds) {
    return tuning -> {
      opened.add(tuning);
      double time = seconds.applyAsDouble(tuning.choose("f s", SPACE));
      if (Double.isNaN(time)) {
        return Optional.empty();
      }
      open++;
      return Optional.of(
          new Search.Run() {
            @Override
            public Map<String, Double> round() {
              round++;
              // A machine that gets slower and slower.
              return Map.of("stage", time * (1 + round * 0.01), "other", 1.0 + round % 3 * 0.02);
            }

            @Override
            public void close() {
              open--;
            }
          });
    };
  }

  /** What a stage gains is no gain where another becomes needful for it. */
  @Test
  void countsAStageThatOnlyTheCandidateHas() {
    Search.Trial trial =
        tuning -> {
          boolean preset = tuning.choose("f s", SPACE).of("m") == 4;
          Map<String, Double> stages =
              preset ? Map.of("stage", 1.0) : Map.of("stage", 0.8, "sums", 0.4);
          return Optional.of(
              new Search.Run() {
                @Override
                public Map<String, Double> round() {
                  return stages;
                }

                @Override
                public void close() {}
              });
        };
    Space space = Space.of(choice -> true).with("m", 4, List.of(8));
    List<Search.Site> sites = List.of(new Search.Site(Set.of("stage"), "f s", space));
    Search.Run first = trial.open(Tuning.NONE).orElseThrow();
    try (Search search =
        new Search(
            sites, trial, Tuning.NONE, first, () -> false, (launch, tried, share, gain) -> {})) {
      search.search();
      assertTrue(search.tried() > 0);
      assertEquals(Tuning.NONE, search.best());
    }
  }

  private Search search(ToDoubleFunction<Choice> seconds, int most) {
    Search.Trial trial = trial(seconds);
    List<Search.Site> sites = List.of(new Search.Site(Set.of("stage"), "f s", SPACE));
    Search.Run first = trial.open(Tuning.NONE).orElseThrow();
    opened.clear();
    Search search =
        new Search(
            sites,
            trial,
            Tuning.NONE,
            first,
            () -> opened.size() >= most,
            (launch, tried, share, gain) -> {});
    search.search();
    return search;
  }

  private static double valley(Choice choice) {
    return 1 + Math.abs(choice.of("m") - 16) / 16.0 + Math.abs(choice.of("n") - 2) / 2.0;
  }

  @Test
  void findsTheFastest() {
    try (Search search = search(SearchTest::valley, 1000)) {
      Choice best = search.best().choose("f s", SPACE);
      assertEquals(16, best.of("m"));
      assertEquals(2, best.of("n"));
      assertTrue(search.complete());
      assertEquals(0, search.refused());
      assertEquals(opened.size(), search.tried());
    }
    assertEquals(0, open);
  }

  @Test
  void keepsWhatIsThereIfNothingIsFaster() {
    try (Search search = search(choice -> 1 + Math.abs(choice.of("m") - 4), 1000)) {
      assertEquals(Tuning.NONE, search.best());
    }
  }

  @Test
  void doesNotTakeWhatIsWrong() {
    try (Search search =
        search(choice -> choice.of("m") == 4 ? valley(choice) : Double.NaN, 1000)) {
      assertEquals(4, search.best().choose("f s", SPACE).of("m"));
      assertTrue(search.refused() > 0);
    }
    assertEquals(0, open);
  }

  @Test
  void stopsInTimeWithTheBestUntilThen() {
    try (Search search = search(SearchTest::valley, 2)) {
      assertFalse(search.complete());
      assertEquals(2, search.tried());
      assertEquals(16, search.best().choose("f s", SPACE).of("m"));
    }
    assertEquals(0, open);
  }

  /** What else gets slower counts against a stage that gets faster. */
  @Test
  void weighsOtherStages() {
    Search.Trial trial =
        tuning -> {
          int m = tuning.choose("f s", SPACE).of("m");
          double other = m > 4 ? 2 : 1;
          return Optional.of(
              new Search.Run() {
                @Override
                public Map<String, Double> round() {
                  return Map.of("stage", 1.0 / m, "other", other);
                }

                @Override
                public void close() {}
              });
        };
    List<Search.Site> sites = List.of(new Search.Site(Set.of("stage"), "f s", SPACE));
    try (Search search =
        new Search(
            sites,
            trial,
            Tuning.NONE,
            trial.open(Tuning.NONE).orElseThrow(),
            () -> false,
            (stage, tried, share, gain) -> {})) {
      search.search();
      assertEquals(4, search.best().choose("f s", SPACE).of("m"));
    }
  }

  /** A layer that runs as a part of another stage has a choice, but no launch. */
  @Test
  void leavesAloneWhatDoesNotRun() {
    Search.Trial trial = trial(SearchTest::valley);
    List<Search.Site> sites = List.of(new Search.Site(Set.of("absent"), "f s", SPACE));
    try (Search search =
        new Search(
            sites,
            trial,
            Tuning.NONE,
            trial.open(Tuning.NONE).orElseThrow(),
            () -> false,
            (launch, tried, share, gain) -> {})) {
      search.search();
      assertEquals(0, search.tried());
    }
  }

  /** Of two knobs in two passes, the last one's candidates come when three are done. */
  @Test
  void countsOnlyWhatRunsInTheShareThatIsDone() {
    Search.Trial trial = trial(SearchTest::valley);
    List<Search.Site> sites =
        List.of(
            new Search.Site(Set.of("stage"), "f s", SPACE),
            new Search.Site(Set.of("absent"), "g s", SPACE));
    List<Double> shares = new ArrayList<>();
    try (Search search =
        new Search(
            sites,
            trial,
            Tuning.NONE,
            trial.open(Tuning.NONE).orElseThrow(),
            () -> false,
            (launch, tried, share, gain) -> shares.add(share))) {
      search.search();
    }
    assertEquals(0, shares.get(0));
    assertEquals(0.75, shares.get(shares.size() - 1));
  }

  @Test
  void closesACandidateThatFails() {
    Search.Trial plans = trial(SearchTest::valley);
    Search.Trial failing =
        tuning ->
            plans
                .open(tuning)
                .map(
                    run ->
                        new Search.Run() {
                          @Override
                          public Map<String, Double> round() {
                            throw new IllegalStateException("the device is gone");
                          }

                          @Override
                          public void close() {
                            run.close();
                          }
                        });
    List<Search.Site> sites = List.of(new Search.Site(Set.of("stage"), "f s", SPACE));
    try (Search search =
        new Search(
            sites,
            failing,
            Tuning.NONE,
            plans.open(Tuning.NONE).orElseThrow(),
            () -> false,
            (launch, tried, share, gain) -> {})) {
      assertThrows(IllegalStateException.class, search::search);
      assertEquals(1, open);
    }
    assertEquals(0, open);
  }
}
