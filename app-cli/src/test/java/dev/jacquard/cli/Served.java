package dev.jacquard.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code serve} in a thread of this JVM, at a port that is free. */
final class Served implements AutoCloseable {
  private static final Pattern ADDRESS =
      Pattern.compile("Serving on (http://127\\.0\\.0\\.1:\\d+/)");
  private static final long MOST_MILLISECONDS = 300_000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Thread thread;
  private final URI address;
  private volatile int status = -1;

  private Served(String[] args) {
    thread = new Thread(() -> status = Main.run(args, stream(out), stream(err)), "serve");
    thread.start();
    address = awaitAddress();
  }

  static Served with(Object... args) {
    return new Served(
        Stream.concat(Stream.of("serve", "--backend", "cpu", "--port", "0"), Arrays.stream(args))
            .map(Object::toString)
            .toArray(String[]::new));
  }

  private static PrintStream stream(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private URI awaitAddress() {
    Matcher found = ADDRESS.matcher(out());
    await(() -> found.reset(out()).find());
    return URI.create(found.group(1));
  }

  /** Waits for what is said a moment later. */
  Served awaitErr(String text) {
    await(() -> err().contains(text));
    return this;
  }

  private void await(BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_MILLISECONDS);
    while (!condition.getAsBoolean()) {
      if (!thread.isAlive() || System.nanoTime() > until) {
        throw new AssertionError("serve did not start: " + err());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  URI address() {
    return address;
  }

  /** Not resolved against the address, which would take ".." away. */
  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + address.getPort() + path);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(at(path)).GET());
  }

  HttpResponse<String> predict(String query, byte[] picture)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(at("/api/predict" + query))
            .header("Content-Type", "image/png")
            .POST(HttpRequest.BodyPublishers.ofByteArray(picture)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(
        request.timeout(Duration.ofMillis(MOST_MILLISECONDS)).build(),
        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  static JsonNode json(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + ": " + response.body());
    }
    return JsonMapper.shared().readTree(response.body());
  }

  /** Ends it, and says with which status. */
  int end() {
    thread.interrupt();
    try {
      thread.join(MOST_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return status;
  }

  @Override
  public void close() {
    end();
  }
}
