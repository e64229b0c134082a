package dev.jacquard.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class LetteringTest {
  private static final Lettering BOLD = Lettering.LABEL.strong();

  /** Whatever the machine has for a sans-serif font, it is not wider than is reckoned with. */
  @Test
  void noLineIsWiderThanReckoned() {
    assumeTrue(Png.obstacle().isEmpty(), "this Java has no fonts");
    for (String line :
        List.of("T-shirt/top", "Ankle boot", "0.8992", "loss 6.65, 99.7\u00a0% sure")) {
      for (Lettering lettering : List.of(Lettering.LABEL, BOLD)) {
        Font font = new Font(Font.SANS_SERIF, lettering.bold() ? Font.BOLD : Font.PLAIN, 12);
        double width =
            font.getStringBounds(line, new FontRenderContext(null, true, true)).getWidth();
        assertTrue(width <= lettering.width(line) + 0.5, line + ": " + width);
      }
    }
  }

  @Test
  void whatFitsStaysWhole() {
    assertEquals("Trouser", BOLD.shortened("Trouser", BOLD.width("Trouser")));
  }

  @Test
  void whatDoesNotFitIsCutAtAWholeCharacter() {
    String cut = Lettering.LABEL.shortened("a \uD83D\uDE00\uD83D\uDE00\uD83D\uDE00 face", 50);
    assertEquals("a \uD83D\uDE00\uD83D\uDE00…", cut);
    assertTrue(Lettering.LABEL.width(cut) <= 50);
  }

  @Test
  void linesAreBrokenAtSpacesAndLongWordsWithin() {
    assertEquals(
        List.of("Wide-angle", "photograph", "of a city"),
        Lettering.LABEL.wrapped("Wide-angle photograph of a city", 75, 3));
    List<String> lines = Lettering.LABEL.wrapped("x".repeat(30), 75, 4);
    assertEquals("x".repeat(30), String.join("", lines));
    assertTrue(Lettering.LABEL.width(lines) <= 75);
  }

  @Test
  void theLastLineIsCut() {
    List<String> lines = Lettering.LABEL.wrapped("one two three four five six seven", 60, 2);
    assertEquals(2, lines.size());
    assertTrue(lines.get(1).endsWith("…"), lines.toString());
    assertTrue(Lettering.LABEL.width(lines) <= 60);
  }
}
