package dev.jacquard.cli.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in on port 8080. */
class GateTest {
  private final Gate gate = new Gate(8080);

  /** Headers as {@code Name: value; Name: value}. */
  private static Headers headers(String text) {
    Headers headers = new Headers();
    for (String line : text.split("; ", -1)) {
      int colon = line.indexOf(": ");
      headers.add(line.substring(0, colon), line.substring(colon + 2));
    }
    return headers;
  }

  private int refused(String method, String text) {
    Refusal refusal = assertThrows(Refusal.class, () -> gate.check(method, headers(text)), text);
    return refusal.reply().status();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: 127.0.0.1:8080",
        "Host: localhost:8080",
        "Host: [::1]:8080",
        "Host: 127.0.0.1:8080; Origin: http://127.0.0.1:8080; Sec-Fetch-Site: same-origin",
        "Host: localhost:8080; Origin: http://localhost:8080",
      })
  void thePageItselfAndProgramsOfTheUser(String headers) {
    assertDoesNotThrow(() -> gate.check("GET", headers(headers)));
    assertDoesNotThrow(() -> gate.check("POST", headers(headers)));
  }

  /** A name that another site owns may have been made to mean 127.0.0.1. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example:8080",
        "Host: 127.0.0.1.evil.example:8080",
        "Host: 127.0.0.1:8081",
        "Host: 127.0.0.1",
        "Host: 127.0.0.1:",
        "Host: 127.0.0.1:08080",
        "Host: localhost:8080.evil.example",
        "Host: 127.0.0.2:8080",
        "Host: [::1%25lo]:8080",
        "Host: user@127.0.0.1:8080",
        "Accept: */*",
      })
  void otherHostsAreRefused(String headers) {
    assertEquals(421, refused("GET", headers));
  }

  @Test
  void twoHostsAreRefused() {
    assertEquals(400, refused("GET", "Host: 127.0.0.1:8080; Host: 127.0.0.1:8080"));
  }

  @Test
  void portEightyNeedNotBeSaid() {
    Gate plain = new Gate(80);
    assertDoesNotThrow(() -> plain.check("GET", headers("Host: localhost")));
    assertDoesNotThrow(() -> plain.check("GET", headers("Host: [::1]")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "http://127.0.0.1:3000",
        "http://localhost:8080",
        "https://127.0.0.1:8080",
        "http://127.0.0.1:8080.evil.example",
        "null",
      })
  void otherOriginsAreRefused(String origin) {
    assertEquals(403, refused("POST", "Host: 127.0.0.1:8080; Origin: " + origin));
    assertEquals(403, refused("GET", "Host: 127.0.0.1:8080; Origin: " + origin));
  }

  @ParameterizedTest
  @CsvSource({
    "cross-site,no-cors,image",
    "cross-site,navigate,iframe",
    "same-site,no-cors,script",
    "cross-site,cors,empty",
  })
  void whatAnotherPageLoadsIsRefused(String site, String mode, String destination) {
    String headers = fetch(site, mode, destination);
    assertEquals(403, refused("GET", headers));
    assertEquals(403, refused("POST", headers));
  }

  @Test
  void aLinkFromAnotherPageMayBeFollowedButNotPosted() {
    for (String site : new String[] {"cross-site", "same-site", "none"}) {
      String headers = fetch(site, "navigate", "document");
      assertDoesNotThrow(() -> gate.check("GET", headers(headers)));
      assertEquals(403, refused("POST", headers));
    }
  }

  private static String fetch(String site, String mode, String destination) {
    return "Host: 127.0.0.1:8080; Sec-Fetch-Site: "
        + site
        + "; Sec-Fetch-Mode: "
        + mode
        + "; Sec-Fetch-Dest: "
        + destination;
  }
}
