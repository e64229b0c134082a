package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cli.browser.Browser;
import dev.jacquard.cli.browser.Looks;
import dev.jacquard.cli.picture.Picture;
import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The page of {@code serve} in Chromium, from end to end: pictures, the keyboard, looks. */
class PageTest {
  private static final String TAB = "\uE004";
  private static final String CONTROL = "\uE009";
  private static final String RIGHT = "\uE014";
  private static final String DOWN = "\uE015";
  private static final String DELETE = "\uE017";
  private static final String PREDICTED = "!document.getElementById('seen').hidden";

  @TempDir static Path folder;
  private static DataSet test;
  private static Served served;
  private static Browser browser;
  private static OpenPage page;

  @BeforeAll
  static void start() throws IOException {
    page = OpenPage.of(folder);
    served = page.served();
    browser = page.browser();
    test = FashionMnist.load(folder.resolve("data"), Split.TEST);
  }

  @AfterAll
  static void end() {
    if (page != null) {
      page.close();
    }
  }

  @BeforeEach
  void open() {
    browser.screen(1200, 900, "light");
    page.show("classify");
  }

  @AfterEach
  void nothingWasWrong() {
    page.assertNothingWrong();
  }

  private static byte[] png(int index) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Picture.of(test, index).writePng(out, 1);
    return out.toByteArray();
  }

  private static Path file(int index) throws IOException {
    return Tiny.write(folder.resolve("item-" + index + ".png"), png(index));
  }

  /** What the bars say must be what the server says of this picture when it is asked directly. */
  private static void assertShows(String query, int index) throws Exception {
    JsonNode expected = Served.json(served.predict(query, png(index)));
    assertEquals(expected.get("label").stringValue(), browser.text("#label"));
    JsonNode rows =
        browser.run(
            "return [...document.querySelectorAll('#bars li')].map((row) => ["
                + "row.querySelector('.name').innerText, row.querySelector('.share').innerText,"
                + " row.querySelector('.fill').style.width, row.classList.contains('best')])");
    for (int i = 0; i < 10; i++) {
      double share = expected.get("probabilities").get(i).doubleValue();
      JsonNode row = rows.get(i);
      assertEquals(FashionMnist.CLASSES.get(i), row.get(0).stringValue());
      assertTrue(
          row.get(1).stringValue().startsWith(String.format(Locale.ROOT, "%.1f", share * 100)),
          row + " for " + share);
      double width = Double.parseDouble(row.get(2).stringValue().replace("%", ""));
      assertEquals(share * 100, width, 0.001);
      assertEquals(i == expected.get("class").intValue(), row.get(3).booleanValue());
    }
    JsonNode done =
        browser.run("return [...document.querySelectorAll('#done li')].map((e) => e.innerText)");
    assertEquals(expected.get("done"), done);
    assertEquals(
        "data:image/png;base64," + expected.get("picture").stringValue(),
        browser.run("return document.getElementById('seen').src").stringValue());
  }

  @Test
  void aChosenPictureShowsItsBars() throws Exception {
    browser.type("#choose", file(3).toString());
    browser.await(PREDICTED);
    assertShows("", 3);
    assertTrue(browser.text("#spoken").startsWith(browser.text("#label") + ", "));
    browser.run("document.querySelector('input[value=yes]').click()");
    browser.await("document.getElementById('done').innerText.includes('inverted')");
    assertShows("?invert=yes", 3);
    browser.click("#clear");
    assertEquals("No picture yet", browser.text("#label"));
    assertEquals(
        "image/*",
        browser.run("return document.querySelector('#photograph[capture]').accept").stringValue());
  }

  @Test
  void aDrawingIsClassified() {
    browser.draw("#sketch", new int[][] {{-100, -100}, {100, -100}, {100, 100}, {-100, -100}});
    browser.await(PREDICTED);
    assertNotEquals("No picture yet", browser.text("#label"));
    String first = browser.run("return document.getElementById('seen').src").stringValue();
    browser.draw("#sketch", new int[][] {{-100, 100}, {100, -100}});
    browser.await("document.getElementById('seen').src !== '" + first + "'");
    browser.click("#clear");
    browser.await("document.getElementById('seen').hidden");
  }

  /** The canvas is behind the picture, but the keyboard reaches it. */
  @Test
  void aDrawingTakesThePlaceOfAChosenPicture() throws Exception {
    browser.type("#choose", file(3).toString());
    browser.await(PREDICTED);
    String first = browser.run("return document.getElementById('seen').src").stringValue();
    browser.run("document.getElementById('sketch').focus()");
    browser.keys(" " + RIGHT + " ");
    browser.await("document.getElementById('seen').src !== '" + first + "'");
    assertTrue(browser.run("return document.getElementById('preview').hidden").booleanValue());
    String drawn = browser.run("return document.getElementById('seen').src").stringValue();
    browser.run("document.querySelector('input[value=no]').click()");
    browser.await("document.getElementById('seen').src !== '" + drawn + "'");
    browser.run("document.querySelector('input[value=auto]').click()");
    browser.await("document.getElementById('seen').src === '" + drawn + "'");
  }

  /** Where it is and whether it is down is seen, and told to whoever does not see it. */
  @Test
  void thePenOfTheKeyboardIsShown() {
    String nib = "document.getElementById('nib')";
    String middle =
        "return ((box, stage) => [box.x + box.width / 2 - stage.x - stage.width / 2, "
            + "box.y + box.height / 2 - stage.y - stage.height / 2].map(Math.round).join())("
            + nib
            + ".getBoundingClientRect(), document.getElementById('sketch')"
            + ".getBoundingClientRect())";
    assertTrue(browser.run("return " + nib + ".hidden").booleanValue());
    browser.run("document.getElementById('sketch').focus()");
    browser.keys(RIGHT);
    browser.await(nib + ".checkVisibility()");
    String right = browser.run(middle).stringValue();
    assertTrue(right.matches("[1-9]\\d*,0"), right);
    browser.keys(" ");
    assertEquals("Pen down", browser.text("#pen-state"));
    browser.await(nib + ".classList.contains('down')");
    browser.keys(DOWN);
    assertTrue(browser.run(middle).stringValue().matches("[1-9]\\d*,[1-9]\\d*"));
    browser.keys(DELETE);
    assertEquals("Pen up", browser.text("#pen-state"));
    assertFalse(browser.run("return " + nib + ".classList.contains('down')").booleanValue());
    browser.keys(TAB);
    browser.await(nib + ".hidden");
  }

  @Test
  void aPictureIsPasted() throws Exception {
    copyToClipboard(5);
    browser.chord(CONTROL, "v");
    browser.await(PREDICTED);
    assertShowsPicture(5);
  }

  @Test
  void theButtonPastesToo() throws Exception {
    copyToClipboard(6);
    browser.click("#paste");
    browser.await(PREDICTED);
    assertShowsPicture(6);
  }

  private static void copyToClipboard(int index) throws IOException {
    browser.command(
        "Browser.grantPermissions",
        "{\"permissions\":[\"clipboardReadWrite\",\"clipboardSanitizedWrite\"]}");
    browser.run(
        "const bytes = Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0));"
            + "const type = 'image/png';"
            + "return navigator.clipboard.write([new ClipboardItem({[type]: new Blob([bytes],"
            + " {type})})]).then(() => true)",
        Base64.getEncoder().encodeToString(png(index)));
  }

  /** The clipboard may have packed the picture anew, with the same pixels. */
  private static void assertShowsPicture(int index) throws Exception {
    JsonNode expected = Served.json(served.predict("", png(index)));
    assertEquals(expected.get("label").stringValue(), browser.text("#label"));
    assertEquals(
        "data:image/png;base64," + expected.get("picture").stringValue(),
        browser.run("return document.getElementById('seen').src").stringValue());
  }

  @Test
  void aPictureIsDropped() throws Exception {
    browser.run(
        "const bytes = Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0));"
            + "const data = new DataTransfer();"
            + "data.items.add(new File([bytes], 'item.png', {type: 'image/png'}));"
            + "for (const type of ['dragover', 'drop']) {"
            + "  document.getElementById('stage').dispatchEvent("
            + "      new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data}));"
            + "}",
        Base64.getEncoder().encodeToString(png(7)));
    browser.await(PREDICTED);
    assertShows("", 7);
  }

  /** A format that the server does not read but the browser does. */
  @Test
  void otherFormatsAreConverted() throws Exception {
    browser.run(
        "const canvas = Object.assign(document.createElement('canvas'), {width: 60, height: 60});"
            + "const context = canvas.getContext('2d');"
            + "context.fillRect(0, 0, 60, 60); context.fillStyle = '#fff';"
            + "context.fillRect(10, 20, 40, 12);"
            + "return new Promise((resolve) => canvas.toBlob((blob) => {"
            + "  const data = new DataTransfer();"
            + "  data.items.add(new File([blob], 'item.webp', {type: blob.type}));"
            + "  document.dispatchEvent(new DragEvent('drop',"
            + "      {bubbles: true, cancelable: true, dataTransfer: data}));"
            + "  resolve(blob.type); }, 'image/webp'))");
    browser.await(PREDICTED);
    assertTrue(browser.text("#done").contains("image/webp"), browser.text("#done"));
  }

  @Test
  void whatIsNoPictureIsSaid() {
    Path text =
        Tiny.write(folder.resolve("text.png"), "not a picture".getBytes(StandardCharsets.UTF_8));
    browser.type("#choose", text.toString());
    browser.await("!document.getElementById('picture-error').hidden");
    assertTrue(browser.text("#picture-error").contains("give a picture file"));
    assertEquals("No prediction", browser.text("#label"));
    // The browser tells of the refused request, and of nothing else.
    List<String> complaints = browser.complaints();
    assertTrue(
        complaints.stream().allMatch(line -> line.contains("status of 422")), complaints::toString);
  }

  /** Everything is reached by Tab, visibly, and a picture can be drawn without a pointer. */
  @Test
  void theKeyboardSuffices() {
    JsonNode all =
        browser.run(
            "return [...document.querySelectorAll('a, button, input, canvas, summary, [tabindex]')]"
                + ".filter((e) => e.tabIndex >= 0 && e.checkVisibility()"
                + "    && (e.type !== 'radio' || e.checked)).map((e, i) => e.dataset.stop = `${i}`)");
    Set<String> reached = new LinkedHashSet<>();
    for (int i = 0; i <= all.size() + 2; i++) {
      browser.keys(TAB);
      JsonNode stop =
          browser.run(
              "const e = document.activeElement; const shown = (x) => x &&"
                  + " getComputedStyle(x).outlineStyle !== 'none';"
                  + "return [e.dataset.stop ?? '', shown(e) || shown(e.nextElementSibling)"
                  + "    || shown(e.parentElement), e.outerHTML.slice(0, 80)]");
      if (!stop.get(0).stringValue().isEmpty()) {
        reached.add(stop.get(0).stringValue());
        assertTrue(stop.get(1).booleanValue(), () -> "no focus is seen on " + stop.get(2));
      }
    }
    assertEquals(all.size(), reached.size(), () -> all + " but reached " + reached);
    browser.run("document.getElementById('sketch').focus()");
    browser.keys(" " + RIGHT + RIGHT + RIGHT + DOWN + DOWN + DOWN + DOWN + " ");
    browser.await(PREDICTED);
    browser.keys(DELETE);
    browser.await("document.getElementById('seen').hidden");
  }

  /** Contrast of every text with what is behind it, in both palettes: AA of WCAG 2. */
  @Test
  void everyTextIsReadableInLightAndDark() throws Exception {
    Set<String> grounds = new LinkedHashSet<>();
    for (String scheme : List.of("light", "dark")) {
      browser.screen(1200, 900, scheme);
      for (String view : List.of("classify", "runs/first")) {
        page.show(view);
        if (view.equals("classify")) {
          browser.type("#choose", file(2).toString());
          browser.await(PREDICTED);
        } else {
          browser.await("document.querySelectorAll('#run-body .plot svg').length === 4");
        }
        assertEquals(List.of(), Looks.poorContrast(browser), scheme + " " + view);
      }
      grounds.add(browser.run("return getComputedStyle(document.body).backgroundColor").toString());
    }
    assertEquals(2, grounds.size());
  }

  @Test
  void aNarrowScreenNeedsNoScrollingSideways() throws Exception {
    browser.screen(390, 800, "light");
    for (String view : List.of("classify", "runs", "runs/first")) {
      page.show(view);
      if (view.equals("classify")) {
        browser.type("#choose", file(2).toString());
        browser.await(PREDICTED);
      } else {
        browser.await("document.querySelector('#run-list a')");
      }
      assertEquals(List.of(), Looks.tooWide(browser), view);
    }
  }
}
