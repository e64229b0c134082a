package dev.jacquard.cli.http;

import java.util.Map;

/** A request that is not answered, with the line that says why. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Map<String, String> headers;

  /** Refuses with this HTTP status. */
  public Refusal(int status, String line) {
    this(status, line, Map.of());
  }

  /** Refuses with this HTTP status and further headers. */
  public Refusal(int status, String line, Map<String, String> headers) {
    // It is told to the client and not to a programmer, so it needs no stack.
    super(line, null, false, false);
    this.status = status;
    this.headers = Map.copyOf(headers);
  }

  /** Refuses what there is more of than can be done at once; a later try may succeed. */
  static Refusal tooMany(String line) {
    return new Refusal(429, line + "; try again in a second", Map.of("Retry-After", "1"));
  }

  Reply reply() {
    return Reply.error(status, getMessage()).with(headers);
  }
}
