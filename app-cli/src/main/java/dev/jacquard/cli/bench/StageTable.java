package dev.jacquard.cli.bench;

import dev.jacquard.backend.Roofline;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Table;
import dev.jacquard.cli.console.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where the time of a plan goes, for people.
 *
 * @param roofline what the device does at most, if it is known
 */
record StageTable(Optional<Roofline> roofline) {
  private static final int WIDEST = 36;

  /**
   * A heading and a table.
   *
   * @param what ran: {@code a training step}
   */
  List<String> lines(String what, Measured of) {
    String title = "Stages of " + what + ", batch " + of.batch() + ": ";
    String clock = Numbers.time(of.rounds().median()) + " by the wall clock";
    List<String> lines = new ArrayList<>();
    lines.add("");
    if (of.stages().isEmpty()) {
      lines.add(title + "no stage times; " + clock);
      return lines;
    }
    lines.add(
        title
            + Numbers.time(of.stageSeconds())
            + " in all stages, the medians over "
            + of.profiled()
            + " full batches timed after the rounds; "
            + clock
            + " in those");
    lines.add("");
    lines.addAll(table(of));
    return lines;
  }

  private List<String> table(Measured of) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.text("Stage", WIDEST));
    columns.add(Column.text("Kernel", WIDEST));
    columns.add(Column.number("Runs"));
    columns.add(Column.number("Time"));
    columns.add(Column.number("Share"));
    columns.add(Column.number("FLOP"));
    columns.add(Column.number("FLOP/s"));
    columns.add(Column.number("Bytes"));
    columns.add(Column.number("Bytes/s"));
    if (roofline.isPresent()) {
      columns.add(Column.number("Of roofline"));
    }
    Table table = new Table(columns);
    of.stages().forEach(each -> table.row(cells(each)));
    return table.lines();
  }

  private String[] cells(StageShare each) {
    List<String> cells = new ArrayList<>();
    cells.add(each.stage().name());
    cells.add(each.stage().kernel());
    cells.add(runs(each.runs()));
    cells.add(Numbers.time(each.seconds()));
    cells.add(Numbers.percent(each.share()));
    cells.add(known(each.stage().flops()));
    cells.add(known(Math.round(each.flopsPerSecond())));
    cells.add(known(each.stage().bytes()));
    cells.add(known(Math.round(each.bytesPerSecond())));
    if (roofline.isPresent()) {
      OptionalDouble of = each.of(roofline);
      cells.add(of.isPresent() ? Numbers.percent(of.getAsDouble()) : "");
    }
    return cells.toArray(String[]::new);
  }

  /** Of a stage that runs once a step, {@code 1}; of one that runs once for many, a fraction. */
  private static String runs(double runs) {
    return runs == Math.rint(runs)
        ? Integer.toString((int) runs)
        : String.format(Locale.ROOT, "%.2f", runs);
  }

  private static String known(long number) {
    return number > 0 ? Numbers.decimal(number) : "";
  }
}
