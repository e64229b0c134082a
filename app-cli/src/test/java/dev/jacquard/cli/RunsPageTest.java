package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cli.browser.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The page's runs in Chromium: finished ones, and a training while it goes on. */
class RunsPageTest {
  @TempDir static Path folder;
  private static Path runs;
  private static Browser browser;
  private static OpenPage page;

  @BeforeAll
  static void start() throws IOException {
    page = OpenPage.of(folder);
    runs = page.runs();
    browser = page.browser();
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
    page.show("runs");
  }

  @AfterEach
  void nothingWasWrong() {
    page.assertNothingWrong();
  }

  @Test
  void addressesOfNoViewAndOfNoNameLeaveTheViewAlone() {
    browser.run("location.hash = '#runs/100%'");
    browser.await("document.getElementById('run-body').innerText.includes('no run 100%')");
    browser.run(
        "const told = new Promise((then) => addEventListener('hashchange', () => setTimeout(then)));"
            + "document.querySelector('.skip').click(); return told");
    assertFalse(browser.run("return document.getElementById('runs').hidden").booleanValue());
  }

  /** As by an address that was kept. */
  @Test
  void aRunThatTheListIsTooShortForIsShown() throws Exception {
    List<Path> newer = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Path run = Files.createDirectory(runs.resolve("newer-" + i));
        newer.add(run);
        Files.writeString(run.resolve("network.json"), "{}");
      }
      page.show("runs/first");
      browser.await("document.querySelectorAll('#run-list li').length === 200");
      browser.await("document.getElementById('run-title')?.innerText === 'tiny'");
    } finally {
      for (Path run : newer) {
        Files.delete(run.resolve("network.json"));
        Files.delete(run);
      }
    }
  }

  @Test
  void finishedRunsAreListedWithTheirCurves() throws Exception {
    page.show("runs/first");
    JsonNode expected = Served.json(page.served().get("/api/runs/first"));
    browser.await("document.querySelectorAll('#run-body .plot svg').length === 4");
    String list = browser.text("#run-list");
    String accuracy =
        String.format(Locale.ROOT, "%.1f %%", expected.get("accuracy").doubleValue() * 100);
    String loss = String.format(Locale.ROOT, "loss %.4f", expected.get("loss").doubleValue());
    for (String part : List.of("tiny", accuracy, loss, "cpu")) {
      assertTrue(list.contains(part), list);
    }
    assertEquals("tiny", browser.text("#run-title"));
    assertTrue(browser.text("#run-body .tiles").contains(accuracy));
    JsonNode points =
        browser.run(
            "return [...document.querySelectorAll('#run-body .plot .curve')]"
                + ".map((curve) => curve.getAttribute('d').split(/[ML]/).length - 1)");
    // Loss and accuracy, training and validation, by epoch; then the training's by step.
    assertEquals("[3,3,3,3,12,12]", points.toString());
    JsonNode marks =
        browser.run(
            "return [...document.querySelectorAll('#run-body .plots .plot:last-child text')]"
                + ".map((mark) => mark.textContent).filter((text) => text.includes('.') ||"
                + " text.includes('%'))");
    assertTrue(marks.size() >= 4, marks::toString);
    marks.forEach(mark -> assertTrue(mark.stringValue().matches("[\\d.]+ %"), marks::toString));
    assertFalse(
        browser
            .run("return !!document.querySelector('a[href$=\"report.html\"]:not([hidden])')")
            .booleanValue());
    Files.writeString(runs.resolve("first/report.html"), "<h1>Report</h1>");
    browser.await("document.querySelector('a[href=\"/runs/first/report.html\"]:not([hidden])')");
    Files.delete(runs.resolve("first/report.html"));
  }

  /** A training in a process of its own, as a user has it, seen to move and then to be ended. */
  @Test
  void aTrainingIsWatchedWhileItRuns() throws Exception {
    Process training = train(runs.resolve("live"));
    try {
      browser.await("document.querySelector('#run-body .state.running')");
      browser.await("!document.getElementById('nav-live').hidden");
      browser.await("document.querySelectorAll('#run-body .plot .curve').length >= 2");
      String label = "document.querySelector('#run-body .plot svg').getAttribute('aria-label')";
      String before = browser.run("return " + label).stringValue();
      browser.await(label + " !== " + "\"" + before + "\"");
      String tiles = browser.text("#run-body .tiles");
      for (String part : List.of("Loss", "Accuracy", "Images/s", "Epoch", "Time left")) {
        assertTrue(tiles.contains(part), tiles);
      }
      CommandProcess.interrupt(training);
      assertEquals(130, training.waitFor());
      browser.await("document.querySelector('#run-body .state').innerText === 'interrupted'");
      browser.await("document.getElementById('nav-live').hidden");
    } finally {
      training.destroyForcibly().waitFor();
    }
  }

  /** Each answer changes what is shown, and nothing that has the focus may be made anew for it. */
  @Test
  void theFocusStaysWhileATrainingMoves() throws Exception {
    Process training = train(runs.resolve("focus"));
    try {
      page.show("runs/focus");
      browser.await(
          "[...document.querySelectorAll('#run-body .plots')]"
              + ".filter((each) => each.checkVisibility()).length === 2");
      browser.run("window.link = document.querySelector('#run-list a')");
      for (String which : List.of("input", ".plot svg", "div:has(> .plots) + div .plot svg")) {
        focus("#run-body " + which);
        awaitUpdate();
        assertTrue(hasFocus(), which);
      }
      // A click that an update comes between needs the link that it began on.
      assertTrue(
          browser.run("return link === document.querySelector('#run-list a')").booleanValue());
      CommandProcess.interrupt(training);
      assertEquals(130, training.waitFor());
      browser.await("document.querySelector('#run-body .state').innerText === 'interrupted'");
      assertTrue(hasFocus(), "at the end");
    } finally {
      training.destroyForcibly().waitFor();
    }
  }

  @Test
  void runsComeAndGoAroundTheOneWithTheFocus() throws Exception {
    Path mark = runs.resolve("late/network.json");
    String names =
        "[...document.querySelectorAll('#run-list a')].map((a) => a.getAttribute('href'))"
            + ".filter((a) => a === '#runs/late' || a === '#runs/first').join()";
    browser.await(names + " === '#runs/first'");
    focus("#run-list a[href='#runs/first']");
    Tiny.write(mark, new byte[0]);
    browser.await(names + " === '#runs/late,#runs/first'");
    assertTrue(hasFocus());
    Files.delete(mark);
    browser.await(names + " === '#runs/first'");
    assertTrue(hasFocus());
    Tiny.write(mark, new byte[0]);
    Files.setLastModifiedTime(mark, FileTime.fromMillis(0));
    browser.await(names + " === '#runs/first,#runs/late'");
    Files.delete(mark);
  }

  private static void focus(String selector) {
    browser.run("(window.had = document.querySelector(arguments[0])).focus()", selector);
    assertTrue(hasFocus(), selector);
  }

  private static boolean hasFocus() {
    return browser.run("return document.activeElement === window.had").booleanValue();
  }

  /** Waits until the page has shown something newer. */
  private static void awaitUpdate() {
    String bar = "document.querySelector('#run-body .progress').outerHTML";
    String curve = "document.querySelector('#run-body .plot .curve').outerHTML";
    browser.run("window.before = " + bar + " + " + curve);
    browser.await(bar + " + " + curve + " !== window.before");
  }

  private static Process train(Path run) throws IOException {
    List<String> arguments = new ArrayList<>();
    Arrays.stream(Tiny.train(folder)).map(Object::toString).forEach(arguments::add);
    arguments.addAll(List.of("--out", run.toString(), "--epochs", "100000", "--quiet"));
    arguments.addAll(List.of("--schedule", "constant"));
    return new ProcessBuilder(CommandProcess.command(List.of(), arguments))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
