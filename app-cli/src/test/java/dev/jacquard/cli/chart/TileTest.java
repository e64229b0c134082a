package dev.jacquard.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TileTest {
  private static final Optional<SampleImage> IMAGE =
      Optional.of(new SampleImage(12, 9, "data:image/png;base64,AA=="));

  @Test
  void longNamesKeepTheirLines() {
    String name = Names.longOnes(1).get(0);
    Texts.of(Tile.draw(IMAGE, name, name, false, List.of("loss 12.34, 99.9\u00a0% sure")))
        .requireOrder();
    Texts.of(Tile.draw(IMAGE, "x".repeat(200), "y ".repeat(200), false, List.of())).requireOrder();
  }

  @Test
  void rightAndWrongDifferInColourAndSign() {
    String right = Tile.draw(IMAGE, "Coat", "Coat", true, List.of()).body();
    String wrong = Tile.draw(IMAGE, "Coat", "Shirt", false, List.of()).body();
    assertTrue(right.contains("s-right") && right.contains("<polyline"));
    assertEquals(-1, right.indexOf("wrong"));
    assertTrue(wrong.contains("s-wrong") && wrong.contains("<line"));
    assertEquals(-1, wrong.indexOf("s-right"));
  }

  @Test
  void aSheetPutsTilesSideBySide() {
    List<Drawing> tiles =
        Names.longOnes(7).stream()
            .map(name -> Tile.draw(IMAGE, name, name, true, List.of("a note")))
            .toList();
    Drawing sheet = Sheet.draw("Seven", 3, tiles);
    Texts.of(sheet).requireOrder();
    assertEquals(3 * tiles.get(0).width() + 2 * 20, sheet.width());
    assertTrue(sheet.height() > 3 * tiles.get(0).height());
  }
}
