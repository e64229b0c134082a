package dev.jacquard.cli.http;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A request that passed the gate. */
public final class Request {
  private final List<String> path;
  private final Map<String, String> query;
  private final byte[] body;

  private Request(List<String> path, Map<String, String> query, byte[] body) {
    this.path = path;
    this.query = query;
    this.body = body;
  }

  /**
   * The address's parts, decoded; {@code [""]} for {@code /}. A part may hold anything, a slash
   * too: it is no part of a file's name.
   */
  public List<String> path() {
    return path;
  }

  /** The address's parameters, decoded; of several of one name the last. */
  public Map<String, String> query() {
    return query;
  }

  /** What came with it; empty unless the route takes uploads. Not to be changed. */
  public byte[] body() {
    return body;
  }

  /**
   * Takes an address apart.
   *
   * @throws Refusal if it is not an address of this server
   */
  static Request of(URI uri, byte[] body) {
    return new Request(path(uri), query(uri), body);
  }

  static List<String> path(URI uri) {
    String raw = uri.getRawPath();
    if (uri.getRawAuthority() != null || raw == null || !raw.startsWith("/")) {
      throw new Refusal(400, "the address must be a path that begins with one /");
    }
    List<String> parts = new ArrayList<>();
    for (String part : raw.substring(1).split("/", -1)) {
      parts.add(decoded(part.replace("+", "%2B")));
    }
    return List.copyOf(parts);
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> parameters = new HashMap<>();
    String raw = uri.getRawQuery();
    if (raw != null && !raw.isEmpty()) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        parameters.put(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      }
    }
    return Map.copyOf(parameters);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "the address has a % that is not followed by two hexadecimal digits");
    }
  }
}
