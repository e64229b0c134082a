package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.cli.browser.Browser;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The page of {@code serve} in Chromium, with one finished run. Assumes that there is a Chromium,
 * unless {@code -Djacquard.require=all} demands it.
 */
final class OpenPage implements AutoCloseable {
  private final Path runs;
  private final Served served;
  private final Browser browser;

  private OpenPage(Path runs, Served served, Browser browser) {
    this.runs = runs;
    this.served = served;
    this.browser = browser;
  }

  /** Trains the run {@code first} in {@code folder/runs} and serves it. */
  static OpenPage of(Path folder) throws IOException {
    assumeTrue(
        Browser.isPresent() || "all".equals(System.getProperty("jacquard.require")),
        "no chromium and chromedriver (Debian: apt-get install chromium chromium-driver)");
    Path runs = folder.resolve("runs");
    Outcome trained = Outcome.with(Tiny.train(folder), "--out", runs.resolve("first"), "--quiet");
    assertEquals(0, trained.status(), trained.err());
    Path profile = Files.createDirectories(folder.resolve("profile"));
    return new OpenPage(runs, Served.with("--runs", runs, "--quiet"), Browser.start(profile));
  }

  /** The folder of the run folders. */
  Path runs() {
    return runs;
  }

  Served served() {
    return served;
  }

  Browser browser() {
    return browser;
  }

  /** Loads the page anew with this behind the #. */
  void show(String view) {
    browser.open(URI.create("about:blank"));
    browser.open(served.address().resolve("/#" + view));
    browser.await("document.querySelectorAll('#bars li').length === 10");
  }

  /** The browser must have had nothing to complain of and must have asked nobody but the server. */
  void assertNothingWrong() {
    assertEquals(List.of(), browser.complaints());
    List<String> requests = browser.requests();
    assertTrue(
        requests.contains(served.address().resolve("/page.js").toString()), requests::toString);
    for (String request : requests) {
      assertTrue(
          request.startsWith(served.address().toString())
              || request.startsWith("blob:" + served.address())
              || request.startsWith("data:")
              || request.equals("about:blank")
              // The browser's own first tab, out of itself.
              || request.startsWith("chrome://"),
          request);
    }
  }

  @Override
  public void close() {
    browser.close();
    served.close();
  }
}
