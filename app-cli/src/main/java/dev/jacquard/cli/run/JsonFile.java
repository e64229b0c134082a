package dev.jacquard.cli.run;

import dev.jacquard.cli.console.JsonInput;
import dev.jacquard.error.JacquardException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** A JSON object in a file, read key by key; a failure names the file and the key. */
final class JsonFile {
  private static final String REMEDY = "restore the file or train anew";

  private final Path file;
  private final JsonNode node;

  private JsonFile(Path file, JsonNode node) {
    this.file = file;
    this.node = node;
  }

  static JsonFile read(Path file) {
    // To read a pipe that nobody writes would take forever.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new JacquardException(file + ": expected a file, received something else; " + REMEDY);
    }
    JsonNode node = JsonInput.read(file, "a JSON object", REMEDY);
    if (!node.isObject()) {
      throw new JacquardException(
          file + ": expected a JSON object, received " + JsonInput.received(node) + "; " + REMEDY);
    }
    return new JsonFile(file, node);
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  Collection<String> keys() {
    return node.propertyNames();
  }

  JsonFile object(String key) {
    if (!node.path(key).isObject()) {
      throw malformed(key, "an object");
    }
    return new JsonFile(file, node.get(key));
  }

  String text(String key) {
    if (!node.path(key).isString()) {
      throw malformed(key, "a text");
    }
    return node.get(key).stringValue();
  }

  boolean truth(String key) {
    if (!node.path(key).isBoolean()) {
      throw malformed(key, "true or false");
    }
    return node.get(key).booleanValue();
  }

  OptionalDouble numberIfAny(String key) {
    return node.path(key).isNumber() ? OptionalDouble.of(number(key)) : OptionalDouble.empty();
  }

  double number(String key) {
    if (!node.path(key).isNumber()) {
      throw malformed(key, "a number");
    }
    return node.get(key).doubleValue();
  }

  long wholeNumber(String key) {
    if (!node.path(key).isIntegralNumber() || !node.get(key).canConvertToLong()) {
      throw malformed(key, "a whole number");
    }
    return node.get(key).longValue();
  }

  /** A whole number of at least 1. */
  int count(String key) {
    long value = wholeNumber(key);
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw malformed(key, "a whole number of at least 1");
    }
    return (int) value;
  }

  /** Every value as text, by its path of keys with points between; of null, an empty text. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, "", node);
    return texts;
  }

  private static void put(Map<String, String> texts, String path, JsonNode value) {
    if (value.isObject()) {
      String prefix = path.isEmpty() ? "" : path + ".";
      value.properties().forEach(each -> put(texts, prefix + each.getKey(), each.getValue()));
    } else {
      texts.put(
          path, value.isNull() ? "" : value.isString() ? value.stringValue() : value.toString());
    }
  }

  <T> T parsed(String key, Function<String, T> parser) {
    try {
      return parser.apply(text(key));
    } catch (JacquardException e) {
      throw new JacquardException(file + ": \"" + key + "\": " + e.getMessage(), e);
    }
  }

  JacquardException malformed(String key, String expected) {
    String received = JsonInput.received(node.path(key));
    return new JacquardException(
        file + ": \"" + key + "\": expected " + expected + ", received " + received);
  }
}
