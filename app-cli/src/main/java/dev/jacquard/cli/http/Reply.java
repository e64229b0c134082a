package dev.jacquard.cli.http;

import dev.jacquard.cli.console.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a request is answered with. */
public final class Reply {
  private static final String TYPE = "Content-Type";

  private final int status;
  private final byte[] body;
  private final Map<String, String> headers;

  private Reply(int status, byte[] body, Map<String, String> headers) {
    this.status = status;
    this.body = body;
    this.headers = Map.copyOf(headers);
  }

  /** Something of this media type. */
  public static Reply of(String type, byte[] body) {
    return new Reply(200, body, Map.of(TYPE, type));
  }

  /** JSON. */
  public static Reply json(JsonNode document) {
    return json(200, document);
  }

  /** A failure as JSON: {@code {"error": line}}. */
  static Reply error(int status, String line) {
    ObjectNode document = Json.object();
    document.put("error", line);
    return json(status, document);
  }

  private static Reply json(int status, JsonNode document) {
    byte[] body = document.toString().getBytes(StandardCharsets.UTF_8);
    return new Reply(
        status, body, Map.of(TYPE, "application/json; charset=utf-8", "Cache-Control", "no-store"));
  }

  /** The same with more headers, which replace those of the same name. */
  public Reply with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(headers);
    all.putAll(more);
    return new Reply(status, body, all);
  }

  /** Of HTTP. */
  public int status() {
    return status;
  }

  /** All of it; not to be changed. */
  public byte[] body() {
    return body;
  }

  /** Besides those that every reply has; they replace those of the same name. */
  Map<String, String> headers() {
    return headers;
  }
}
