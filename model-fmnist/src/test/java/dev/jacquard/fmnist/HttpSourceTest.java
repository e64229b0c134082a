package dev.jacquard.fmnist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a server on the loopback address. */
@Timeout(300)
final class HttpSourceTest {
  /** Milliseconds that nothing takes, however busy the machine is. */
  private static final int LONG = 600_000;

  @TempDir private Path folder;
  private HttpServer server;
  private ExecutorService threads;
  private final CountDownLatch testIsOver = new CountDownLatch(1);
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    testIsOver.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void fetchesTheFourCompressedFiles() throws IOException {
    server.createContext(
        "/data/",
        exchange -> {
          asked.add(exchange.getRequestURI().getPath());
          send(exchange, 200, new byte[100_000]);
        });

    source(LONG, LONG).fetchInto(folder);

    assertEquals(
        List.of(
            "/data/train-images-idx3-ubyte.gz",
            "/data/train-labels-idx1-ubyte.gz",
            "/data/t10k-images-idx3-ubyte.gz",
            "/data/t10k-labels-idx1-ubyte.gz"),
        asked);
    assertEquals(100_000, Files.size(folder.resolve("t10k-labels-idx1-ubyte.gz")));
  }

  @Test
  void reportsAnotherStatus() {
    server.createContext("/data/", exchange -> send(exchange, 404, new byte[3]));
    assertFails(
        "train-images-idx3-ubyte.gz: expected HTTP status 200, received 404", source(LONG, LONG));
  }

  @Test
  void givesUpOnAServerThatFallsSilent() {
    server.createContext(
        "/data/",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
          await();
        });
    assertFails("no answer within 200 ms", source(200, LONG));
  }

  @Test
  void givesUpOnAServerThatTrickles() {
    server.createContext(
        "/data/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            while (testIsOver.getCount() > 0) {
              out.write(1);
              out.flush();
            }
          }
        });
    assertFails("train-images-idx3-ubyte.gz: took more than 1 s", source(LONG, 1000));
  }

  @Test
  void stopsAtMoreBytesThanAnyFileHas() {
    server.createContext(
        "/data/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            byte[] block = new byte[1 << 20];
            while (testIsOver.getCount() > 0) {
              out.write(block);
            }
          }
        });
    assertFails(
        "train-images-idx3-ubyte.gz: expected at most 67108864 bytes, received more",
        source(LONG, LONG));
  }

  @Test
  void reportsAClosedPort() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    HttpSource source =
        new HttpSource(
            URI.create("http://127.0.0.1:" + port + "/"),
            Duration.ofMillis(LONG),
            Duration.ofMillis(LONG));
    assertFails("Connection refused", source);
  }

  @Test
  void reportsAnUnknownHost() {
    HttpSource source =
        new HttpSource(
            URI.create("http://no-such-host.invalid/"),
            Duration.ofMillis(LONG),
            Duration.ofMillis(LONG));
    assertFails("the host is unknown", source);
  }

  @Test
  void upstreamIsReachedOverHttps() {
    assertEquals("https", HttpSource.upstream().base().getScheme());
    assertTrue(HttpSource.upstream().base().getPath().endsWith("/"));
  }

  private HttpSource source(int silenceMillis, int limitMillis) {
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/data/");
    return new HttpSource(base, Duration.ofMillis(silenceMillis), Duration.ofMillis(limitMillis));
  }

  private void assertFails(String expected, HttpSource source) {
    assertEquals(
        expected, assertThrows(IOException.class, () -> source.fetchInto(folder)).getMessage());
  }

  private void await() throws IOException {
    try {
      testIsOver.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
