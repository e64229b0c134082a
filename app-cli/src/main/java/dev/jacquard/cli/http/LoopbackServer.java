package dev.jacquard.cli.http;

import com.sun.net.httpserver.HttpServer;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The JDK's own HTTP server on 127.0.0.1. */
public final class LoopbackServer implements AutoCloseable {
  /** That of the JDK's server, which it reads once in a JVM. What a user has set, stays. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          // Head and body of a reply are two writes; the second must not wait for the first's
          // acknowledgement.
          "sun.net.httpserver.nodelay", "true",
          // Seconds for a request to arrive and to be answered: nobody holds a thread for longer.
          "sun.net.httpserver.maxReqTime", "20",
          "sun.net.httpserver.maxRspTime", "90",
          "jdk.httpserver.maxConnections", "512");

  private static final int BACKLOG = 256;

  /** Beyond the requests that are answered: those that are told that they are too many. */
  private static final int SPARE_THREADS = 32;

  private static final int IDLE_SECONDS = 30;

  private final HttpServer server;
  private final ExecutorService threads;
  private final Traffic traffic;
  private final long patience;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LoopbackServer(
      HttpServer server, ExecutorService threads, Traffic traffic, long patience) {
    this.server = server;
    this.threads = threads;
    this.traffic = traffic;
    this.patience = patience;
  }

  /**
   * Starts to serve.
   *
   * @param port 0 for any that is free
   * @throws JacquardException if the port cannot be had
   */
  public static LoopbackServer start(int port, Site site, Limits limits) {
    PROPERTIES.forEach(LoopbackServer::setUnlessSet);
    HttpServer server = bind(port);
    ExecutorService threads = threads(limits.requests() + SPARE_THREADS);
    Traffic traffic = new Traffic(limits, System::nanoTime);
    server.setExecutor(threads);
    server.createContext(
        "/",
        new Answering(site, traffic, new Gate(server.getAddress().getPort()), limits.patience()));
    server.start();
    return new LoopbackServer(server, threads, traffic, limits.patience());
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static HttpServer bind(int port) {
    try {
      // By its bytes: a name could be made to mean another address.
      InetAddress loopback = InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
      return HttpServer.create(new InetSocketAddress(loopback, port), BACKLOG);
    } catch (BindException e) {
      String reason = "Permission denied".equals(e.getMessage()) ? "not permitted" : "in use";
      throw unusable(port, reason, e);
    } catch (IOException e) {
      throw unusable(port, e.getMessage(), e);
    }
  }

  private static JacquardException unusable(int port, String reason, IOException e) {
    return new JacquardException(
        "port "
            + port
            + " of 127.0.0.1 is "
            + reason
            + "; choose another with --port, or --port 0 for any that is free",
        e);
  }

  /** Threads for requests, most of which wait: for bytes, or for the processor. */
  private static ExecutorService threads(int most) {
    AtomicInteger made = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        most,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "jacquard-http-" + made.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Where the page is. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + port() + "/");
  }

  /** The port. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Answers what is in hand, for a while, and ends. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      traffic.awaitQuiet(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    threads.shutdownNow();
  }
}
