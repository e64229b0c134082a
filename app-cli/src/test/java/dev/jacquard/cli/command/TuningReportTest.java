package dev.jacquard.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.backend.Tuner;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TuningReportTest {
  private static final String CHANGE = "fold 3x3: m 4 -> 8";

  private static List<String> lines(boolean kept, String... changes) {
    return TuningReport.lines(
        new Tuner.Outcome(0.006, 0.004, 12, 1, true, kept, List.of(changes)), 64);
  }

  @Test
  void tellsWhatIsFasterThanWithoutTuning() {
    assertEquals(
        List.of(
            CHANGE,
            "A step of 64 samples: 4.000 ms, 6.000 ms without tuning (1.50 times as fast); 12"
                + " candidates, 1 refused.",
            "Kept for this device and driver; later runs use it."),
        lines(true, CHANGE));
  }

  /** The device runs what was known before, whose time it is. */
  @Test
  void tellsTheTimeOfWhatIsKnownWhereNothingIsFaster() {
    assertEquals(
        List.of(
            CHANGE,
            "A step of 64 samples: 4.000 ms, 6.000 ms without tuning (1.50 times as fast); 12"
                + " candidates, 1 refused. None was faster; nothing was changed."),
        lines(false, CHANGE));
  }

  @Test
  void tellsOneTimeWhereAllIsAsWithoutTuning() {
    String step = "A step of 64 samples: 4.000 ms; 12 candidates, 1 refused.";
    assertEquals(List.of(step + " None was faster; nothing was changed."), lines(false));
    assertEquals(List.of(step, "Kept for this device and driver; later runs use it."), lines(true));
  }

  @Test
  void oneIsOne() {
    Tuner.Outcome outcome = new Tuner.Outcome(0.006, 0.006, 1, 0, false, true, List.of());
    assertEquals(
        "A step of 1 sample: 6.000 ms; 1 candidate, 0 refused.",
        TuningReport.lines(outcome, 1).get(0));
  }

  /** A search that won nothing leaves nothing. */
  @Test
  void whereNothingIsKnownItIsNotSaidThatNobodySearched() {
    assertEquals(
        List.of(
            "Nothing better than the rules is known of this device; \"jacquard tune\" searches."),
        TuningReport.known(List.of()));
    assertEquals(List.of(CHANGE), TuningReport.known(List.of(CHANGE)));
  }
}
