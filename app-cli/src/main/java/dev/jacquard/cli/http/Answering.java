package dev.jacquard.cli.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.jacquard.cli.console.Numbers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** From a request to its answer: limits, gate, route, body, reply. */
final class Answering implements HttpHandler {
  /**
   * What every reply says unless it says otherwise: no code or picture but this server's own, no
   * other site's page around it or beside it, no guessing of types.
   */
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-cache");

  private static final byte[] NO_BODY = {};

  /** A client that is still sending reads the answer only if what it sends is taken meanwhile. */
  private static final long MOST_DISCARDED_BYTES = 64L << 20;

  private final Site site;
  private final Traffic traffic;
  private final Gate gate;
  private final long patience;

  /** With the patience of {@link Limits}. */
  Answering(Site site, Traffic traffic, Gate gate, long patience) {
    this.site = site;
    this.traffic = traffic;
    this.gate = gate;
    this.patience = patience;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Traffic.Hold hold;
      try {
        hold = traffic.request();
      } catch (Refusal refusal) {
        send(exchange, refusal.reply());
        return;
      }
      try (hold) {
        send(exchange, answer(exchange));
      }
    }
  }

  private Reply answer(HttpExchange exchange) throws IOException {
    try {
      String method = exchange.getRequestMethod();
      gate.check(method, exchange.getRequestHeaders());
      Route route =
          site.find(Request.path(exchange.getRequestURI()))
              .orElseThrow(() -> new Refusal(404, "there is nothing at this address"));
      if (route instanceof Route.Upload upload) {
        require(method.equals("POST"), method, "POST");
        return receive(exchange, upload);
      }
      require(method.equals("GET") || method.equals("HEAD"), method, "GET, HEAD");
      Request request = Request.of(exchange.getRequestURI(), NO_BODY);
      return ((Route.Get) route).answer().apply(request);
    } catch (Refusal refusal) {
      return refusal.reply();
    } catch (RuntimeException | Error e) {
      System.getLogger(Answering.class.getName())
          .log(Level.ERROR, "a request failed: " + e + "; please report");
      return Reply.error(500, "the server failed; the terminal that it runs in says why");
    }
  }

  private static void require(boolean allowed, String method, String methods) {
    if (!allowed) {
      throw new Refusal(
          405, "this address takes " + methods + ", not " + method, Map.of("Allow", methods));
    }
  }

  private Reply receive(HttpExchange exchange, Route.Upload upload) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !isOpaque(type)) {
      // A form of another site's page can send neither.
      throw new Refusal(
          415, "expected Content-Type image/... or application/octet-stream, received " + type);
    }
    long length = length(exchange.getRequestHeaders());
    if (length > upload.mostBytes()) {
      throw tooLarge(upload, Numbers.bytes(length));
    }
    Traffic.Hold room = traffic.upload(length < 0 ? upload.mostBytes() : length);
    try (room) {
      byte[] body = exchange.getRequestBody().readNBytes(upload.mostBytes() + 1);
      if (body.length > upload.mostBytes()) {
        throw tooLarge(upload, "more");
      }
      if (body.length < length || body.length == 0) {
        throw new Refusal(
            400, "expected " + upload.what() + ", received " + body.length + " bytes");
      }
      return upload.answer().apply(Request.of(exchange.getRequestURI(), body));
    }
  }

  private static boolean isOpaque(String type) {
    return type.startsWith("image/") || type.equals("application/octet-stream");
  }

  private static Refusal tooLarge(Route.Upload upload, String received) {
    return new Refusal(
        413,
        "expected "
            + upload.what()
            + " of at most "
            + Numbers.bytes(upload.mostBytes())
            + ", received "
            + received
            + "; send a smaller one");
  }

  /** What the client says that it sends; -1 where it does not say. The server has checked it. */
  private static long length(Headers headers) {
    String length = headers.getFirst("Content-Length");
    return length == null ? -1 : Long.parseLong(length);
  }

  private void send(HttpExchange exchange, Reply reply) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    HEADERS.forEach(headers::set);
    reply.headers().forEach(headers::set);
    boolean leaves = reply.status() >= 400 && exchange.getRequestMethod().equals("POST");
    if (leaves) {
      headers.set("Connection", "close");
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(reply.body().length));
      exchange.sendResponseHeaders(reply.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(reply.status(), reply.body().length);
    OutputStream out = exchange.getResponseBody();
    out.write(reply.body());
    if (leaves) {
      out.flush();
      discard(exchange.getRequestBody());
    }
    out.close();
  }

  private void discard(InputStream rest) throws IOException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patience);
    long left = MOST_DISCARDED_BYTES;
    byte[] buffer = new byte[1 << 16];
    int count = 0;
    while (count >= 0 && left > 0 && System.nanoTime() < until) {
      count = rest.read(buffer);
      left -= count;
    }
  }
}
