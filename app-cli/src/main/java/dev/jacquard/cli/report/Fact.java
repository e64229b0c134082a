package dev.jacquard.cli.report;

import java.util.List;
import java.util.Map;

/**
 * A line of a list.
 *
 * @param name of what
 * @param value what it is
 */
record Fact(String name, String value) {
  /** In the map's order. */
  static List<Fact> of(Map<String, String> facts) {
    return facts.entrySet().stream().map(e -> new Fact(e.getKey(), e.getValue())).toList();
  }
}
