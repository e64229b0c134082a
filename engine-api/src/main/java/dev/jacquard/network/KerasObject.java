package dev.jacquard.network;

import dev.jacquard.error.Excerpt;
import dev.jacquard.error.JacquardException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An object as Keras 3 writes any of its own: {@code module}, {@code class_name}, {@code config}.
 */
final class KerasObject {
  /** Numbers that mean something only beside what is refused, and draws, which have one seed. */
  private static final Set<String> WITHOUT_MEANING =
      Set.of("seed", "ema_momentum", "renorm_momentum");

  /** What is true where nothing is said, and false where Keras is given None. */
  private static final Set<String> SWITCHES = Set.of("use_bias", "center", "scale");

  private KerasObject() {}

  /**
   * Checks that an object is Keras's own, and no other's with the same name. Written by hand, it
   * need not say so.
   *
   * @param path its place
   */
  static void requireKeras(String path, Map<String, Object> object) {
    Object module = object.get("module");
    boolean own = module instanceof String name && (name + ".").startsWith("keras.");
    if (object.containsKey("module") && !own) {
      throw new JacquardException(
          (path.isEmpty() ? "" : path + ": ")
              + "expected one of Keras's own, received "
              + Excerpt.quoted(String.valueOf(object.get("class_name")))
              + " of somebody else");
    }
  }

  /** A configuration with initializers and types of numbers by name, and without what is null. */
  static Map<String, Object> plain(String path, Map<String, Object> config) {
    Map<String, Object> plain = new LinkedHashMap<>();
    config.forEach(
        (key, value) -> {
          if (value != null) {
            plain.put(key, named(path + "." + key, key, value));
          } else if (SWITCHES.contains(key)) {
            plain.put(key, false);
          }
        });
    plain.keySet().removeAll(WITHOUT_MEANING);
    return plain;
  }

  private static Object named(String path, String key, Object value) {
    Map<String, Object> object = map(value);
    if (!(object.get("class_name") instanceof String type)) {
      return value;
    }
    if (key.equals("activation")) {
      throw new JacquardException(
          path
              + ": expected a name, as in \"relu\", received an object "
              + Excerpt.quoted(type)
              + "; put it behind as a layer of its own");
    }
    requireKeras(path, object);
    if (key.equals("dtype")) {
      return String.valueOf(map(object.get("config")).get("name"));
    }
    return key.endsWith("_initializer") ? LayerNames.snakeCase(type) : value;
  }

  static List<?> list(Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  static Map<String, Object> map(Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> entries) {
      entries.forEach((key, item) -> map.put(String.valueOf(key), item));
    }
    return map;
  }
}
