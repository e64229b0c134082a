package dev.jacquard.cli.http;

import java.util.List;
import java.util.Optional;

/** What is served. */
@FunctionalInterface
public interface Site {
  /**
   * Finds who answers for an address.
   *
   * @param path as {@link Request#path}
   */
  Optional<Route> find(List<String> path);
}
