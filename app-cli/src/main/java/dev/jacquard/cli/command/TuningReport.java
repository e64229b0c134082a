package dev.jacquard.cli.command;

import dev.jacquard.backend.Tuner;
import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.console.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What people are told of a search. */
final class TuningReport {
  private TuningReport() {}

  /** The lines for what is known of a device, whether or not it was searched for. */
  static List<String> known(List<String> choices) {
    return choices.isEmpty()
        ? List.of(
            "Nothing better than the rules is known of this device; \""
                + Invocation.command()
                + " tune\" searches.")
        : choices;
  }

  /** The lines for a search that tuned steps of {@code batch} samples. */
  static List<String> lines(Tuner.Outcome outcome, int batch) {
    List<String> lines = new ArrayList<>(outcome.changes());
    String tried =
        "; "
            + Numbers.counted(outcome.tried(), "candidate")
            + ", "
            + outcome.refused()
            + " refused.";
    String none = outcome.kept() ? "" : " None was faster; nothing was changed.";
    lines.add(step(outcome, batch) + tried + none);
    if (outcome.kept()) {
      lines.add("Kept for this device and driver; later runs use it.");
    }
    return lines;
  }

  /** Without a change, the two times differ by chance alone. */
  private static String step(Tuner.Outcome outcome, int batch) {
    String after =
        String.format(
            Locale.ROOT,
            "A step of %s: %.3f ms",
            Numbers.counted(batch, "sample"),
            1e3 * outcome.after());
    return outcome.changes().isEmpty()
        ? after
        : after
            + String.format(
                Locale.ROOT,
                ", %.3f ms without tuning (%.2f times as fast)",
                1e3 * outcome.before(),
                outcome.before() / outcome.after());
  }
}
