package dev.jacquard.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Interval;
import dev.jacquard.tensor.Shape;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Reads each kind of value, and refuses every other with the path of the fault. */
final class FieldsTest {

  private static Fields of(Object value) {
    return Fields.of("at[1]", Collections.singletonMap("k", value));
  }

  private static BigDecimal number(String text) {
    return new BigDecimal(text);
  }

  private static String fault(Object value, Consumer<Fields> reading) {
    Fields fields = of(value);
    return assertThrows(JacquardException.class, () -> reading.accept(fields)).getMessage();
  }

  @Test
  void wholeNumbers() {
    assertEquals(5, of(number("5")).intAtLeast("k", 1));
    assertEquals(7, of(number("5")).intAtLeast("other", 1, 7));
    assertEquals(Integer.MAX_VALUE, of(number("2147483647")).intAtLeast("k", 1));
    for (String wrong : List.of("0", "-1", "3.0", "3.5", "1E+9999", "-99999999999999999999")) {
      boolean tooLarge = wrong.equals("1E+9999");
      assertEquals(
          "at[1].k: expected a whole number of at "
              + (tooLarge ? "most 2147483647" : "least 1")
              + ", received "
              + wrong,
          fault(number(wrong), f -> f.intAtLeast("k", 1)));
    }
    assertEquals(
        "at[1].k: expected a whole number of at most 2147483647, received 2147483648",
        fault(number("2147483648"), f -> f.intAtLeast("k", 1)));
    assertEquals(
        "at[1].k: expected a whole number of at least 1, received \"3\"",
        fault("3", f -> f.intAtLeast("k", 1)));
    assertEquals(
        "at[1].k: expected a whole number of at least 1, received null",
        fault(null, f -> f.intAtLeast("k", 1)));
    assertEquals(
        "at[1].m: expected a whole number of at least 1, received nothing; is \"k\" meant to be"
            + " it?",
        fault(number("3"), f -> f.intAtLeast("m", 1)));
  }

  @Test
  void pairs() {
    assertEquals(new Size2D(3, 3), of(number("3")).pair("k"));
    assertEquals(new Size2D(3, 5), of(List.of(number("3"), number("5"))).pair("k"));
    assertEquals(Size2D.square(2), of(number("3")).pair("other", Size2D.square(2)));
    String expected =
        "at[1].k: expected a whole number from 1 to 65535 or a pair of them, [height, width],"
            + " received ";
    assertEquals(expected + "0", fault(number("0"), f -> f.pair("k")));
    assertEquals(expected + "65536", fault(number("65536"), f -> f.pair("k")));
    assertEquals(
        expected + "[3, 3, 3]", fault(Collections.nCopies(3, number("3")), f -> f.pair("k")));
    assertEquals(expected + "[3, null]", fault(Arrays.asList(number("3"), null), f -> f.pair("k")));
    assertEquals(expected + "an object", fault(Map.of(), f -> f.pair("k")));
  }

  @Test
  void shapes() {
    assertEquals(
        Shape.of(28, 28, 1), of(List.of(number("28"), number("28"), number("1"))).shape("k"));
    String expected =
        "at[1].k: expected a list of whole numbers of at least 1, as in [28, 28, 1], received ";
    assertEquals(expected + "[]", fault(List.of(), f -> f.shape("k")));
    assertEquals(expected + "28", fault(number("28"), f -> f.shape("k")));
    assertEquals(
        expected + "[28, 0]", fault(List.of(number("28"), number("0")), f -> f.shape("k")));
    assertEquals(
        "at[1].k: shape [65536, 32768] overflows: at most 2147483647 elements fit one tensor",
        fault(List.of(number("65536"), number("32768")), f -> f.shape("k")));
  }

  @Test
  void numbers() {
    Interval rates = Interval.halfOpen(0, 1);
    assertEquals(0.25, of(number("0.25")).number("k", rates));
    assertEquals(0, of(number("0")).number("k", rates));
    assertEquals(0.5, of(number("0")).number("other", rates, 0.5));
    assertEquals(
        "at[1].k: expected a number of at least 0 and below 1, received 1",
        fault(number("1"), f -> f.number("k", rates)));
    assertEquals(
        "at[1].k: expected a number above 0, received 0",
        fault(number("0"), f -> f.number("k", Interval.above(0))));
    assertEquals(
        "at[1].k: expected a number of at least 0, received 1E+9999",
        fault(number("1E+9999"), f -> f.number("k", Interval.atLeast(0))));
    assertEquals(
        "at[1].k: expected a number of at least 0, received true",
        fault(true, f -> f.number("k", Interval.atLeast(0))));
  }

  @Test
  void textsChoicesAndTruth() {
    List<String> modes = List.of("valid", "same");
    assertEquals("same", of("same").choice("k", modes, Function.identity()));
    assertEquals("valid", of("same").choice("other", modes, Function.identity(), "valid"));
    assertEquals(
        "at[1].k: expected one of \"valid\", \"same\", received \"Same\"",
        fault("Same", f -> f.choice("k", modes, Function.identity())));
    assertEquals(
        "at[1].k: expected true or false, received \"true\"",
        fault("true", f -> f.bool("k", true)));
    assertEquals(
        "at[1].k: expected a text, received 3", fault(number("3"), f -> f.optionalText("k")));
    assertEquals(Optional.of(List.of("a")), of(List.of("a")).optionalTexts("k"));
    assertEquals(
        "at[1].k: expected a list of one or more texts, received []",
        fault(List.of(), f -> f.optionalTexts("k")));
    assertEquals(
        "at[1].k: expected a list of one or more texts, received [\"a\", 1]",
        fault(List.of("a", number("1")), f -> f.optionalTexts("k")));
  }

  @Test
  void settingsOfKerasWithOnePossibleValue() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("groups", number("1"));
    settings.put("dilation_rate", List.of(number("1"), number("1.0")));
    settings.put("data_format", "channels_last");
    settings.put("trainable", true);
    Fields.of("at[1]", settings).requireAllRead("Conv2D");
    assertEquals(
        "at[1].groups: expected 1, the only value that is supported, received 2",
        left("groups", number("2")));
    assertEquals(
        "at[1].dilation_rate: expected 1, the only value that is supported, received [1, 2]",
        left("dilation_rate", List.of(number("1"), number("2"))));
    assertEquals(
        "at[1].data_format: expected \"channels_last\", the only value that is supported, received"
            + " \"channels_first\"",
        left("data_format", "channels_first"));
  }

  private static String left(String key, Object value) {
    Fields fields = Fields.of("at[1]", Map.of(key, value));
    return assertThrows(JacquardException.class, () -> fields.requireAllRead("Conv2D"))
        .getMessage();
  }

  @Test
  void settingsOfKerasStandWhereTheyBelong() {
    for (String owner : List.of("Dense", "training", "acme:squeeze")) {
      Fields fields = Fields.of("at[1]", Map.of("groups", number("1")));
      assertThrows(JacquardException.class, () -> fields.requireAllRead(owner));
    }
    Fields pair = Fields.of("at[1]", Map.of("groups", List.of(number("1"), number("1"))));
    assertThrows(JacquardException.class, () -> pair.requireAllRead("Conv2D"));
  }

  @Test
  void objects() {
    Fields inner = of(Map.of("a", "x")).optionalObject("k").orElseThrow();
    assertEquals("at[1].k", inner.path());
    assertEquals("x", inner.text("a"));
    assertEquals(
        "at[1].k: expected an object, received []", fault(List.of(), f -> f.optionalObject("k")));
    assertEquals("at[1].k[1]", of(List.of(Map.of(), Map.of())).objects("k", 2).get(1).path());
    assertEquals(
        "at[1].k: expected at most 1 objects, received 2",
        fault(List.of(Map.of(), Map.of()), f -> f.objects("k", 1)));
    assertEquals(
        "at[1].k[1]: expected an object, received 3",
        fault(List.of(Map.of(), number("3")), f -> f.objects("k", 2)));
  }

  @Test
  void keysThatNobodyAskedFor() {
    Fields fields = Fields.of("", Map.of("paddin", "same"));
    assertEquals(3, fields.intAtLeast("filters", 1, 3));
    assertEquals(Optional.empty(), fields.optionalText("padding"));
    JacquardException e =
        assertThrows(JacquardException.class, () -> fields.requireAllRead("Conv2D"));
    assertEquals(
        "unknown key \"paddin\" (did you mean \"padding\"?); Conv2D takes filters, padding",
        e.getMessage());
  }

  @Test
  void messagesStayOnOneShortLine() {
    String hostile = "\u001b[31m\n\"" + "x".repeat(500);
    assertEquals(
        "at[1].k: expected true or false, received \"\\u001b[31m\\u000a\\\""
            + "x".repeat(42)
            + "...\"",
        fault(hostile, f -> f.bool("k", true)));
  }
}
