package dev.jacquard.error;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ExcerptTest {
  @Test
  void whatIsPlainStaysAsItIs() {
    assertEquals("dense/kernel \"größe\" \\", Excerpt.of("dense/kernel \"größe\" \\"));
    assertEquals("\"dense \\\"größe\\\" \\\\\"", Excerpt.quoted("dense \"größe\" \\"));
    assertEquals("", Excerpt.of(""));
  }

  /** Colours, new lines, the C1 command introducer, a turned direction, half of a pair. */
  @Test
  void nothingReachesATerminalAsACommand() {
    String hostile = "\u001b[31m\n\r\u2028\u009b2J\u202e\ud83d";
    String shown = "\\u001b[31m\\u000a\\u000d\\u2028\\u009b2J\\u202e\\ud83d";
    assertEquals(shown, Excerpt.of(hostile));
    assertEquals('"' + shown + '"', Excerpt.quoted(hostile));
  }

  @Test
  void whatIsLongIsCutBetweenCharacters() {
    assertEquals("x".repeat(60), Excerpt.of("x".repeat(60)));
    assertEquals("x".repeat(60) + "...", Excerpt.of("x".repeat(61)));
    assertEquals("\"" + "x".repeat(60) + "...\"", Excerpt.quoted("x".repeat(900)));
    assertEquals("x".repeat(58) + "...", Excerpt.of("x".repeat(58) + "\n\n"));
    assertEquals("xx...", Excerpt.of("xxx", 2));
  }
}
