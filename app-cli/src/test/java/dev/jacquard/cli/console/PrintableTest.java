package dev.jacquard.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void whatATerminalWouldObeyIsShown() {
    assertEquals(
        "a\\u001b[2Jb\\u0000\\u007f\\u009b: \tÄ 👟",
        Printable.text("a\u001b[2Jb\0\u007f\u009b: \tÄ 👟"));
    // Of right to left, and a line's end; what joins signs is no command.
    assertEquals("a\\u202eb\\u2028c \u200d", Printable.text("a\u202eb\u2028c \u200d"));
  }

  @Test
  void noLineBeginsBesideTheFirst() {
    String line = System.lineSeparator();
    assertEquals(
        "a" + line + "  jacquard: b" + line + "  c", Printable.text("a\njacquard: b\r  c\n"));
    assertEquals("  a" + line + "  b", Printable.text("  a\nb"));
    assertEquals("", Printable.text(""));
  }
}
