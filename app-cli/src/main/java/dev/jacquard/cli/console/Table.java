package dev.jacquard.cli.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table of text, its columns as wide as they need to be. A cell may have several lines. */
public final class Table {
  private static final String GAP = "  ";

  private final List<Column> columns;
  private final List<String[]> rows = new ArrayList<>();

  /**
   * A column.
   *
   * @param title in the heading
   * @param toRight whether its cells end, rather than begin, below each other: numbers
   * @param widest the most characters of a line; longer cells are broken at spaces
   */
  public record Column(String title, boolean toRight, int widest) {
    /** Text. */
    public static Column text(String title) {
      return new Column(title, false, Integer.MAX_VALUE);
    }

    /** Text that is broken at spaces. */
    public static Column text(String title, int widest) {
      return new Column(title, false, widest);
    }

    /** Numbers. */
    public static Column number(String title) {
      return new Column(title, true, Integer.MAX_VALUE);
    }
  }

  /** An empty table. */
  public Table(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /** Adds a row with a cell for each column. */
  public Table row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns.size());
    }
    rows.add(cells.clone());
    return this;
  }

  /** The lines: the heading, a rule, the rows. */
  public List<String> lines() {
    List<List<List<String>>> cells = new ArrayList<>();
    cells.add(columns.stream().map(column -> List.of(column.title())).toList());
    for (String[] row : rows) {
      List<List<String>> broken = new ArrayList<>();
      for (int c = 0; c < row.length; c++) {
        broken.add(broken(row[c], columns.get(c).widest()));
      }
      cells.add(broken);
    }
    int[] widths = widths(cells);
    List<String> lines = new ArrayList<>();
    cells.forEach(row -> add(lines, row, widths));
    lines.add(1, "-".repeat(Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1)));
    return lines;
  }

  private static int[] widths(List<List<List<String>>> cells) {
    int[] widths = new int[cells.get(0).size()];
    for (List<List<String>> row : cells) {
      for (int c = 0; c < widths.length; c++) {
        for (String line : row.get(c)) {
          widths[c] = Math.max(widths[c], line.length());
        }
      }
    }
    return widths;
  }

  private void add(List<String> lines, List<List<String>> row, int[] widths) {
    int height = row.stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < height; i++) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String text = i < row.get(c).size() ? row.get(c).get(i) : "";
        String padding = " ".repeat(widths[c] - text.length());
        line.append(c == 0 ? "" : GAP);
        line.append(columns.get(c).toRight() ? padding + text : text + padding);
      }
      lines.add(line.toString().stripTrailing());
    }
  }

  /** Breaks at spaces; a word that is too long stands alone and whole. */
  private static List<String> broken(String text, int widest) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() > 0 && line.length() + 1 + word.length() > widest) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
