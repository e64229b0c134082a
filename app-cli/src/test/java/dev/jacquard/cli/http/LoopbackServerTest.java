package dev.jacquard.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cli.http.Wire.Answer;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes over the wire, of a site with an echo, a failure and a request that waits. */
class LoopbackServerTest {
  /**
   * More than any test asks for one after the other: one may be in hand for longer than it takes.
   */
  private static final int MOST_REQUESTS = 12;

  private static final int MOST_BYTES = 1000;
  private static final long PATIENCE = 120_000;
  private static final String ERROR = "{\"error\":\"%s\"}";

  private final Semaphore entered = new Semaphore(0);
  private final CountDownLatch released = new CountDownLatch(1);
  private LoopbackServer server;
  private String host;

  @BeforeEach
  void start() {
    server =
        LoopbackServer.start(
            0, this::find, new Limits(MOST_REQUESTS, 2 * MOST_BYTES, 1000, PATIENCE));
    host = "Host: 127.0.0.1:" + server.port();
  }

  @AfterEach
  void close() {
    released.countDown();
    server.close();
  }

  private Optional<Route> find(List<String> path) {
    return Optional.ofNullable(
        switch (path.get(0)) {
          case "path" -> new Route.Get(request -> text(path.toString()));
          case "echo" ->
              new Route.Upload(
                  "a text",
                  MOST_BYTES,
                  request -> text(new String(request.body(), StandardCharsets.UTF_8)));
          case "fail" ->
              new Route.Get(
                  request -> {
                    throw new IllegalStateException("secret detail");
                  });
          case "wait" -> new Route.Get(request -> await());
          default -> null;
        });
  }

  private Reply await() {
    entered.release();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return text("waited");
  }

  private static Reply text(String text) {
    return Reply.of("text/plain", text.getBytes(StandardCharsets.UTF_8));
  }

  private Answer ask(String... lines) throws IOException {
    try (Wire wire = new Wire(server.port())) {
      return wire.head(lines).answer();
    }
  }

  private Answer post(String body, String... headers) throws IOException {
    try (Wire wire = new Wire(server.port())) {
      String[] lines = new String[headers.length + 2];
      lines[0] = "POST /echo HTTP/1.1";
      lines[1] = host;
      System.arraycopy(headers, 0, lines, 2, headers.length);
      return wire.head(lines).bytes(body.getBytes(StandardCharsets.UTF_8)).answer();
    }
  }

  @Test
  void partsOfAnAddressAreDecoded() throws IOException {
    Answer answer = ask("GET /path/a%2Fb%20c/+/../%C3%BC HTTP/1.1", host);
    assertEquals("[path, a/b c, +, .., ü]", answer.body());
    assertEquals("nosniff", answer.headers().get("x-content-type-options"));
    String policy = answer.headers().get("content-security-policy");
    assertTrue(policy.startsWith("default-src 'none'; script-src 'self';"), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertEquals("DENY", answer.headers().get("x-frame-options"));
    assertFalse(answer.headers().containsKey("access-control-allow-origin"));
  }

  @Test
  void aHeadHasNoBody() throws IOException {
    try (Wire wire = new Wire(server.port())) {
      Answer head = wire.head("HEAD /path HTTP/1.1", host).headAnswer();
      assertEquals("6", head.headers().get("content-length"));
      assertEquals("[path]", wire.head("GET /path HTTP/1.1", host).answer().body());
    }
  }

  @Test
  void connectionsAreKept() throws IOException {
    try (Wire wire = new Wire(server.port())) {
      for (int i = 0; i < 3; i++) {
        Answer answer = wire.head("GET /path/" + i + " HTTP/1.1", host).answer();
        assertEquals("[path, " + i + "]", answer.body());
      }
    }
  }

  @Test
  void whatIsNotThereOrNotMeantIsSaidInALine() throws IOException {
    Answer missing = ask("GET /etc/passwd HTTP/1.1", host);
    assertEquals(404, missing.status());
    assertEquals(String.format(ERROR, "there is nothing at this address"), missing.body());
    assertEquals("application/json; charset=utf-8", missing.headers().get("content-type"));
    Answer method = ask("DELETE /path HTTP/1.1", host);
    assertEquals(405, method.status());
    assertEquals("GET, HEAD", method.headers().get("allow"));
    assertEquals(String.format(ERROR, "this address takes GET, HEAD, not DELETE"), method.body());
    assertEquals("POST", ask("GET /echo HTTP/1.1", host).headers().get("allow"));
    assertEquals(400, ask("GET //evil.example/path HTTP/1.1", host).status());
    assertEquals(400, ask("GET http://evil.example/path HTTP/1.1", host).status());
    assertEquals(421, ask("GET /path HTTP/1.1", "Host: evil.example").status());
  }

  @Test
  void aFailureTellsTheClientNothing() throws IOException {
    Answer answer = ask("GET /fail HTTP/1.1", host);
    assertEquals(500, answer.status());
    assertEquals(
        String.format(ERROR, "the server failed; the terminal that it runs in says why"),
        answer.body());
  }

  @Test
  void uploadsComeWithALengthOrInChunks() throws IOException {
    String type = "Content-Type: image/png";
    assertEquals("abc", post("abc", type, "Content-Length: 3").body());
    assertEquals(
        "abcde",
        post("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", type, "Transfer-Encoding: chunked").body());
    assertEquals(
        String.format(ERROR, "expected a text, received 0 bytes"),
        post("", type, "Content-Length: 0").body());
  }

  /** What a form of another site's page could send. */
  @Test
  void uploadsOfOtherTypesAreRefused() throws IOException {
    for (String type : List.of("text/plain", "multipart/form-data", "application/json")) {
      Answer answer = post("abc", "Content-Type: " + type, "Content-Length: 3");
      assertEquals(415, answer.status());
      assertTrue(answer.body().contains("received " + type), answer.body());
    }
    assertEquals(415, post("abc", "Content-Length: 3").status());
  }

  @Test
  void largeUploadsAreRefusedBeforeTheyArrive() throws IOException {
    String type = "Content-Type: image/png";
    Answer answer = post("only the beginning", type, "Content-Length: 2000000000000");
    assertEquals(413, answer.status());
    assertEquals(
        String.format(
            ERROR, "expected a text of at most 1000 B, received 1.82 TiB; send a smaller one"),
        answer.body());
    String chunk = "258\r\n" + "x".repeat(600) + "\r\n";
    assertEquals(
        413, post(chunk + chunk + "0\r\n\r\n", type, "Transfer-Encoding: chunked").status());
  }

  /** Who sends all before reading must be able to, or would never see the answer. */
  @Test
  void aClientThatSendsOnGetsItsRefusal() throws IOException {
    int length = 8 << 20;
    Answer answer =
        post("x".repeat(length), "Content-Type: image/png", "Content-Length: " + length);
    assertEquals(413, answer.status());
  }

  @Test
  void tooManyAtOnceAreToldToComeAgain() throws Exception {
    List<Wire> all = new ArrayList<>();
    try {
      for (int i = 0; i < MOST_REQUESTS; i++) {
        all.add(new Wire(server.port()).head("GET /wait HTTP/1.1", host));
      }
      entered.acquire(all.size());
      Answer answer = ask("GET /path HTTP/1.1", host);
      assertEquals(429, answer.status());
      assertEquals("1", answer.headers().get("retry-after"));
      released.countDown();
      for (Wire wire : all) {
        assertEquals("waited", wire.answer().body());
      }
      // A request may be in hand for a moment longer than its client waits.
      while (answer.status() == 429) {
        answer = ask("GET /path HTTP/1.1", host);
      }
      assertEquals(200, answer.status());
    } finally {
      for (Wire wire : all) {
        wire.close();
      }
    }
  }

  @Test
  void whatIsInHandIsAnsweredBeforeTheEnd() throws Exception {
    try (Wire wire = new Wire(server.port())) {
      wire.head("GET /wait HTTP/1.1", host);
      entered.acquire();
      Thread closing = new Thread(server::close);
      closing.start();
      released.countDown();
      assertEquals("waited", wire.answer().body());
      closing.join();
    }
    assertThrows(ConnectException.class, () -> new Wire(server.port()));
  }

  @Test
  void noOtherAddressAnswers() throws SocketException {
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(each.getInetAddresses())) {
        if (!address.getHostAddress().equals("127.0.0.1")) {
          assertThrows(IOException.class, () -> new Socket(address, server.port()).close());
        }
      }
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    JacquardException e =
        assertThrows(
            JacquardException.class,
            () -> LoopbackServer.start(server.port(), this::find, Limits.standard()));
    assertEquals(
        "port "
            + server.port()
            + " of 127.0.0.1 is in use; choose another with --port, or --port 0 for any that is"
            + " free",
        e.getMessage());
  }
}
