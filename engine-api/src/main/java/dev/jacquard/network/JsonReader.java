package dev.jacquard.network;

import dev.jacquard.error.Excerpt;
import dev.jacquard.error.JacquardException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a JSON text from anybody into plain values: {@code Map}, {@code List}, {@code String},
 * {@link BigDecimal}, {@code Boolean}, null. It takes the tokens one by one rather than load
 * Jackson's data binding: the command starts sooner, and the line and column of every fault are
 * known. Length, depth, keys, texts and numbers are limited.
 */
final class JsonReader {
  static final int MAX_LENGTH = 1 << 20;
  static final int MAX_DEPTH = 32;
  static final int MAX_TEXT = 1_000;
  static final int MAX_NUMBER = 40;

  /** Jackson's words repeat what they are about. */
  private static final int MAX_REASON = 200;

  private static final Pattern ADVICE =
      Pattern.compile(": enable |: maybe | \\(for |: [a-z ]+ require enabling ");

  private static final Pattern LAST_COMMA =
      Pattern.compile(
          "Unexpected character \\('(]' .* expected a valid value|}' .* to start property name)");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAX_LENGTH)
                  .maxNestingDepth(MAX_DEPTH + 1)
                  .maxNameLength(MAX_TEXT + 1)
                  .maxStringLength(MAX_LENGTH)
                  .maxNumberLength(MAX_LENGTH)
                  .build())
          .build();

  private final JsonParser parser;

  private JsonReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * The object that a text holds.
   *
   * @throws JacquardException if it is not one JSON object or is beyond a limit, with line and
   *     column
   */
  static Map<String, Object> read(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new JacquardException(
          "the text is " + text.length() + " characters long, expected at most " + MAX_LENGTH);
    }
    // Some editors begin a file with a mark of its encoding, which the JSON standard lets be
    // ignored.
    String json = text.startsWith("\uFEFF") ? text.substring(1) : text;
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      return new JsonReader(parser).checked();
    }
  }

  private Map<String, Object> checked() {
    try {
      return document();
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
      throw new JacquardException(place(at) + reason(e), e);
    }
  }

  private Map<String, Object> document() {
    JsonToken first = parser.nextToken();
    if (first != JsonToken.START_OBJECT) {
      throw fault(
          first == null ? "expected a JSON object, received nothing" : "expected a JSON object");
    }
    Map<String, Object> document = object(1);
    if (parser.nextToken() != null) {
      throw fault("expected nothing after the JSON object");
    }
    return document;
  }

  private Map<String, Object> object(int depth) {
    limitDepth(depth);
    Map<String, Object> values = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      limitText(key, "key");
      if (values.containsKey(key)) {
        throw fault("the key " + Excerpt.quoted(key) + " is there twice in one object");
      }
      parser.nextToken();
      values.put(key, value(depth));
    }
    return values;
  }

  private List<Object> list(int depth) {
    limitDepth(depth);
    List<Object> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(value(depth));
    }
    return values;
  }

  private Object value(int depth) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(depth + 1);
      case START_ARRAY -> list(depth + 1);
      case VALUE_STRING -> limitText(parser.getString(), "text");
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getString());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw fault("expected a JSON value");
    };
  }

  private BigDecimal number(String digits) {
    if (digits.length() > MAX_NUMBER) {
      throw fault(
          "a number has " + digits.length() + " characters, expected at most " + MAX_NUMBER);
    }
    try {
      return new BigDecimal(digits);
    } catch (NumberFormatException e) {
      throw fault("the number " + digits + " is beyond all bounds");
    }
  }

  private void limitDepth(int depth) {
    if (depth > MAX_DEPTH) {
      throw fault("objects and lists are nested more than " + MAX_DEPTH + " deep");
    }
  }

  private String limitText(String value, String what) {
    if (value.length() > MAX_TEXT) {
      throw fault(
          "a " + what + " has " + value.length() + " characters, expected at most " + MAX_TEXT);
    }
    return value;
  }

  private JacquardException fault(String message) {
    return new JacquardException(place(parser.currentTokenLocation()) + message);
  }

  private static String place(TokenStreamLocation at) {
    // Of a text without a token, the column is 0.
    return "line " + at.getLineNr() + ", column " + Math.max(1, at.getColumnNr()) + ": ";
  }

  private static String reason(JacksonException e) {
    if (e instanceof UnexpectedEndOfInputException) {
      return "the text ends in the middle of a JSON object";
    }
    if (e instanceof StreamConstraintsException) {
      return "a key, a text or a number is longer than any that is allowed";
    }
    if (LAST_COMMA.matcher(e.getOriginalMessage()).lookingAt()) {
      return "not valid JSON: a bracket closes behind a comma; remove the comma";
    }
    // Behind these words Jackson advises its callers, not our users.
    String what = ADVICE.split(e.getOriginalMessage(), 2)[0];
    return "not valid JSON: " + Excerpt.of(what, MAX_REASON);
  }
}
