package dev.jacquard.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.cli.console.Table.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables and numbers. */
class TableTest {
  @Test
  void columnsAreAsWideAsTheyNeedToBe() {
    Table table =
        new Table(List.of(Column.text("Name"), Column.text("Ops", 9), Column.number("Count")));
    table.row("a", "one two three", "7").row("longer", "four", "1,234");
    assertEquals(
        """
        Name    Ops      Count
        ----------------------
        a       one two      7
                three
        longer  four     1,234\
        """
            .lines()
            .toList(),
        table.lines());
  }

  @Test
  void numbersAreAsPeopleReadThem() {
    assertEquals("357,642", Numbers.grouped(357_642));
    assertEquals("15.6 M", Numbers.decimal(15_607_080));
    assertEquals("999", Numbers.decimal(999));
    assertEquals("1.50 KiB", Numbers.bytes(1536));
    assertEquals("20 B", Numbers.bytes(20));
    assertEquals("0:07", Numbers.duration(7.2));
    assertEquals("1:02:03", Numbers.duration(3723));
    assertEquals("0.8961", Numbers.share(0.89612));
  }
}
