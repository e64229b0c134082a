package dev.jacquard.cli.http;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Set;

/**
 * Lets in what this machine's user asks for by the page or by hand, and nothing that another site's
 * page makes the browser ask for. The loopback address alone does not do that: a name that another
 * site owns may be made to mean 127.0.0.1 (so the {@code Host} is checked), and any page may send
 * requests to it blindly (so {@code Origin} and {@code Sec-Fetch-Site} are).
 */
final class Gate {
  private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final int DEFAULT_PORT = 80;

  private final int port;

  /** For a server on this port. */
  Gate(int port) {
    this.port = port;
  }

  /**
   * Checks where a request comes from and whom it is meant for.
   *
   * @throws Refusal if it must not be answered
   */
  void check(String method, Headers headers) {
    String host = only(headers, "Host");
    if (host == null || !isOwn(host)) {
      throw new Refusal(421, "this server answers to http://127.0.0.1:" + port + "/ only");
    }
    String origin = only(headers, "Origin");
    if (origin != null && !origin.equals("http://" + host)) {
      throw foreign();
    }
    String site = only(headers, "Sec-Fetch-Site");
    boolean own = site == null || site.equals("same-origin");
    // The address bar, a bookmark: nobody's page.
    boolean user = "none".equals(site);
    if (!own && !(isReading(method) && (user || isNavigation(headers)))) {
      throw foreign();
    }
  }

  private boolean isOwn(String host) {
    int colon = host.lastIndexOf(':');
    boolean hasPort = colon > host.lastIndexOf(']');
    String name = hasPort ? host.substring(0, colon) : host;
    String number = hasPort ? host.substring(colon + 1) : Integer.toString(DEFAULT_PORT);
    return NAMES.contains(name) && number.equals(Integer.toString(port));
  }

  private static boolean isReading(String method) {
    return method.equals("GET") || method.equals("HEAD");
  }

  /** A link that was followed: the page comes to stand alone, where the other cannot see it. */
  private static boolean isNavigation(Headers headers) {
    return "navigate".equals(headers.getFirst("Sec-Fetch-Mode"))
        && "document".equals(headers.getFirst("Sec-Fetch-Dest"));
  }

  /** The header's value; null if there is none. */
  private static String only(Headers headers, String name) {
    List<String> values = headers.get(name);
    if (values == null || values.isEmpty()) {
      return null;
    }
    if (values.size() > 1) {
      throw new Refusal(400, "the header " + name + " comes more than once");
    }
    return values.get(0);
  }

  private static Refusal foreign() {
    return new Refusal(403, "requests from pages of other sites are not answered");
  }
}
