package dev.jacquard.cli.bench;

import dev.jacquard.cli.bench.BenchFile.Single;
import dev.jacquard.cli.bench.Figure.Move;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Table;
import dev.jacquard.cli.console.Table.Column;
import dev.jacquard.error.JacquardException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What moved between two benchmarks, and whether it is more than their rounds differ anyway. */
public final class Comparison {
  private static final int WIDEST = 44;

  /** What must be the same for times to say something of each other. */
  private static final List<String> SUBJECT =
      List.of("network", "network_sha256", "device_name", "precision", "fuse");

  /** What else may explain a difference. */
  private static final List<String> CIRCUMSTANCES =
      List.of(
          "backend",
          "driver",
          "backend_options",
          "commit",
          "version",
          "java",
          "jvm",
          "os",
          "processors",
          "seed",
          "seconds",
          "steps");

  private final BenchFile before;
  private final BenchFile after;

  private Comparison(BenchFile before, BenchFile after) {
    this.before = before;
    this.after = after;
  }

  /**
   * Reads two results.
   *
   * @throws JacquardException if one is not there, or no result of this version
   */
  public static Comparison of(Path before, Path after) {
    return new Comparison(BenchFile.read(before), BenchFile.read(after));
  }

  /**
   * For people.
   *
   * @throws JacquardException if they have no measurement in common
   */
  public List<String> lines() {
    Map<String, Figure> figures = before.figures();
    Map<String, Figure> later = after.figures();
    if (figures.keySet().stream().noneMatch(later::containsKey)) {
      throw new JacquardException(
          before.path()
              + " and "
              + after.path()
              + " have no measurement in common: the first has "
              + measurements(figures)
              + ", the second "
              + measurements(later)
              + "; measure the same batch sizes");
    }
    List<String> lines = new ArrayList<>();
    lines.add("A: " + title(before));
    lines.add("B: " + title(after));
    lines.addAll(differences());
    warn(lines, "A", before);
    warn(lines, "B", after);
    lines.add("");
    lines.addAll(table("Time of a step or batch", figures, later, false));
    lines.add("");
    lines.addAll(stages());
    lines.add("");
    lines.addAll(singles());
    return lines;
  }

  private static String measurements(Map<String, Figure> figures) {
    return figures.isEmpty() ? "none" : String.join("; ", figures.keySet());
  }

  private static String title(BenchFile file) {
    return file.path()
        + ": "
        + file.text("network")
        + " on "
        + file.text("device")
        + " ("
        + file.text("device_name")
        + "), "
        + file.text("precision")
        + ", commit "
        + file.text("commit")
        + ", "
        + file.text("measured_at")
        + file.failure().map(why -> "; a measurement failed: " + why).orElse("");
  }

  private static void warn(List<String> lines, String name, BenchFile file) {
    if (file.brief()) {
      lines.add(name + ": " + BenchReport.BRIEF);
    }
  }

  private List<String> differences() {
    List<String> lines = new ArrayList<>();
    List<String> subjects = SUBJECT.stream().filter(this::differs).toList();
    if (!subjects.isEmpty()) {
      lines.add("They did not measure the same; what moved may be due to that:");
      subjects.forEach(key -> lines.add(difference(key)));
    }
    List<String> rest = CIRCUMSTANCES.stream().filter(this::differs).toList();
    if (!rest.isEmpty()) {
      lines.add("Other differences:");
      rest.forEach(key -> lines.add(difference(key)));
    }
    return lines;
  }

  private boolean differs(String key) {
    return !before.text(key).equals(after.text(key));
  }

  private String difference(String key) {
    return "  " + key + ": " + before.text(key) + " in A, " + after.text(key) + " in B";
  }

  /** The figures of both, or only those that moved. */
  private static List<String> table(
      String title, Map<String, Figure> figures, Map<String, Figure> later, boolean moved) {
    Table table =
        new Table(
            List.of(
                Column.text(title, WIDEST),
                Column.number("A"),
                Column.number("its rounds"),
                Column.number("B"),
                Column.number("its rounds"),
                Column.number("change"),
                Column.text("beyond both spreads")));
    for (Figure a : figures.values()) {
      Figure b = later.get(a.name());
      if (b != null && (!moved || a.to(b).isOne())) {
        table.row(
            a.name(),
            Numbers.time(a.median()),
            spread(a),
            Numbers.time(b.median()),
            spread(b),
            change(a.median(), b.median()),
            a.to(b).text());
      }
    }
    return table.lines();
  }

  private static String spread(Figure figure) {
    return Numbers.time(figure.least()) + " .. " + Numbers.time(figure.most());
  }

  private static String change(double a, double b) {
    return a > 0 ? String.format(Locale.ROOT, "%+.1f %%", (b / a - 1) * 100) : "";
  }

  private List<String> stages() {
    Map<String, Figure> a = before.stages();
    Map<String, Figure> b = after.stages();
    List<Figure> common = a.values().stream().filter(each -> b.containsKey(each.name())).toList();
    List<Move> moves = common.stream().map(each -> each.to(b.get(each.name()))).toList();
    long moved = moves.stream().filter(Move::isOne).count();
    long brief = moves.stream().filter(move -> move == Move.TOO_SHORT).count();
    List<String> lines = new ArrayList<>();
    lines.add(
        "Stages: "
            + moved
            + " of "
            + common.size()
            + " that both have moved by more than both spreads; "
            + (brief > 0 ? brief + " measured for too short a time to tell; " : "")
            + (a.size() - common.size())
            + " only in A, "
            + (b.size() - common.size())
            + " only in B");
    if (moved > 0) {
      lines.add("");
      lines.addAll(table("Stage", a, b, true));
    }
    return lines;
  }

  private List<String> singles() {
    Map<String, Single> a = before.singles();
    Map<String, Single> b = after.singles();
    Table table =
        new Table(
            List.of(
                Column.text("Measured once, without a spread"),
                Column.number("A"),
                Column.number("B"),
                Column.number("change")));
    Set<String> names = new LinkedHashSet<>(a.keySet());
    names.retainAll(b.keySet());
    for (String name : names) {
      Single one = a.get(name);
      Single other = b.get(name);
      table.row(name, shown(one), shown(other), change(one.value(), other.value()));
    }
    return table.lines();
  }

  private static String shown(Single single) {
    return switch (single.unit()) {
      case SECONDS -> Numbers.time(single.value());
      case BYTES -> Numbers.bytes(Math.round(single.value()));
      case RATE -> Numbers.decimal(Math.round(single.value()));
    };
  }
}
