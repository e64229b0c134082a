package dev.jacquard.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every header here claims to stand before 8 bytes of data. */
final class SafeTensorsHeaderTest {
  private static final String FILE = "m.safetensors";

  @Test
  void acceptsPaddingAndUnknownKeysOfATensor() {
    SafeTensorsHeader header =
        parse(
            "{\"__metadata__\":{\"k\":\"v\"},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"note\":1}}   ");
    assertEquals(List.of(new SafeTensorsHeader.Entry("a", Shape.of(2), 0, 8)), header.entries());
    assertEquals(Map.of("k", "v"), header.metadata());
  }

  @Test
  void refusesWhatIsNotAnObject() {
    String message = "expected a header that begins with '{'; the file is not safetensors";
    assertRefused(message, "");
    assertRefused(message, "[]");
    assertRefused(message, " {}");
  }

  @Test
  void refusesBrokenJson() {
    assertRefused(
        "the header is not valid JSON at column 5: it ends too early; write the file again",
        "{   ");
    assertRefused(
        "the header is not valid JSON at column 29: Duplicate Object property \"a\";"
            + " write the file again",
        "{\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}}");
  }

  @Test
  void refusesTrailingText() {
    assertRefused(
        "the header is not valid JSON at column 21: more text follows it; write the file again",
        "{\"__metadata__\":{}} {}");
  }

  @Test
  void refusesDepthAndHugeNumbers() {
    String message =
        "the header is nested deeper than 8 levels or has names, numbers or more parts than any"
            + " network needs; the file is damaged or hostile";
    assertRefused(message, "{\"a\":" + "[".repeat(100_000));
    assertRefused(message, "{\"a\":" + "9".repeat(5000) + "}");
    assertRefused(message, "{\"a\":[" + "1,".repeat(1_000_000) + "1]}");
  }

  @Test
  void refusesMetadataThatIsNotText() {
    assertRefused(
        "__metadata__: expected an object of strings, received 1", "{\"__metadata__\":1}");
    assertRefused(
        "__metadata__.k: expected a string, received {\"x\":null}",
        "{\"__metadata__\":{\"k\":{\"x\":null}}}");
  }

  @Test
  void refusesATensorThatIsNotAnObject() {
    assertRefused(
        "tensor a: expected an object with dtype, shape and data_offsets, received null",
        "{\"a\":null}");
  }

  @Test
  void refusesOtherTypes() {
    assertRefused(
        "tensor a: expected dtype \"F32\", received \"BF16\"; convert it to F32",
        tensor("\"BF16\"", "[2]", "[0,8]"));
    assertRefused(
        "tensor a: expected dtype \"F32\", received none; convert it to F32",
        "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}");
    assertRefused(
        "tensor a: expected dtype \"F32\", received 32; convert it to F32",
        tensor("32", "[2]", "[0,8]"));
  }

  @Test
  void refusesWrongShapes() {
    String extent = "tensor a: shape[1]: expected a whole number from 1 to 2147483647, received ";
    assertRefused(extent + "-2", tensor("[1,-2]", "[0,8]"));
    assertRefused(extent + "0", tensor("[1,0]", "[0,8]"));
    assertRefused(extent + "2.0", tensor("[1,2.0]", "[0,8]"));
    assertRefused(extent + "\"2\"", tensor("[1,\"2\"]", "[0,8]"));
    assertRefused(extent + "18446744073709551618", tensor("[1,18446744073709551618]", "[0,8]"));
    String array = "tensor a: expected shape to be an array of at most 8 whole numbers, received ";
    assertRefused(array + "2", tensor("2", "[0,8]"));
    assertRefused(array + "[1,1,1,1,1,1,1,1,2]", tensor("[1,1,1,1,1,1,1,1,2]", "[0,8]"));
    assertRefused(
        "tensor a: shape [65536, 65536] overflows: at most 2147483647 elements fit one tensor",
        tensor("[65536,65536]", "[0,8]"));
  }

  @Test
  void refusesAShapeThatDoesNotFillItsRange() {
    assertRefused(
        "tensor a: expected 12 bytes for shape [3], received 8 by data_offsets [0, 8]",
        tensor("[3]", "[0,8]"));
  }

  @Test
  void refusesWrongOffsets() {
    String pair = "tensor a: expected data_offsets [begin, end] of whole numbers from 0, received ";
    assertRefused(pair + "[-8,0]", tensor("[2]", "[-8,0]"));
    assertRefused(pair + "[0]", tensor("[2]", "[0]"));
    assertRefused(pair + "[0,8,8]", tensor("[2]", "[0,8,8]"));
    assertRefused(pair + "8", tensor("[2]", "8"));
    assertRefused(pair + "[0,8.0]", tensor("[2]", "[0,8.0]"));
    assertRefused(pair + "[0,9223372036854775808]", tensor("[2]", "[0,9223372036854775808]"));
    assertRefused(
        pair + "[0,\"" + "x".repeat(56) + "...", tensor("[2]", "[0,\"" + "x".repeat(99) + "\"]"));
    assertRefused("tensor a: data_offsets [8, 0] end before they begin", tensor("[2]", "[8,0]"));
    assertRefused(
        "tensor a: data_offsets [4, 12] reach beyond the 8 bytes of data;"
            + " the file is truncated or damaged",
        tensor("[2]", "[4,12]"));
    assertRefused(
        "tensor a: data_offsets [9223372036854775799, 9223372036854775807] reach beyond the 8"
            + " bytes of data; the file is truncated or damaged",
        tensor("[2]", "[9223372036854775799,9223372036854775807]"));
  }

  @Test
  void refusesOverlapsAndGaps() {
    assertRefused(
        "tensor b begins at 0, inside tensor a, which ends at 8; the file is damaged",
        two("[2]", "[0,8]", "[1]", "[0,4]"));
    assertRefused(
        "tensor a begins at 4, inside tensor b, which ends at 8; the file is damaged",
        two("[1]", "[4,8]", "[2]", "[0,8]"));
    assertRefused(
        "the 4 bytes after the header belong to no tensor; the file is damaged",
        tensor("[1]", "[4,8]"));
    assertRefused(
        "the 4 bytes after tensor a belong to no tensor; the file is damaged",
        tensor("[1]", "[0,4]"));
    assertRefused("the 8 bytes after the header belong to no tensor; the file is damaged", "{}");
  }

  /** Also where JSON's own escapes hide what a terminal would obey. */
  @Test
  void hostileTextsStayOnTheLine() {
    assertRefused(
        "tensor a\\u001b[2J\\u000ab: expected an object with dtype, shape and data_offsets,"
            + " received null",
        "{\"a\\u001b[2J\\nb\":null}");
    assertRefused(
        "__metadata__.k\\u001b\\u000a: expected a string, received 1",
        "{\"__metadata__\":{\"k\\u001b\\n\":1}}");
    assertRefused(
        "tensor a: expected dtype \"F32\", received \"\\u009b2J\"; convert it to F32",
        tensor("\"\u009b2J\"", "[2]", "[0,8]"));
    assertRefused(
        "the 4 bytes after tensor \\u001b\\u000a belong to no tensor; the file is damaged",
        "{\"\\u001b\\n\":" + body("\"F32\"", "[1]", "[0,4]") + "}");
  }

  private static String tensor(String shape, String offsets) {
    return tensor("\"F32\"", shape, offsets);
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{\"a\":" + body(dtype, shape, offsets) + "}";
  }

  private static String two(String shapeA, String offsetsA, String shapeB, String offsetsB) {
    return "{\"a\":"
        + body("\"F32\"", shapeA, offsetsA)
        + ",\"b\":"
        + body("\"F32\"", shapeB, offsetsB)
        + "}";
  }

  private static String body(String dtype, String shape, String offsets) {
    return "{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
  }

  private static SafeTensorsHeader parse(String json) {
    return SafeTensorsHeader.parse(FILE, json.getBytes(StandardCharsets.UTF_8), 8);
  }

  private static void assertRefused(String expected, String json) {
    assertEquals(
        FILE + ": " + expected,
        assertThrows(JacquardException.class, () -> parse(json)).getMessage());
  }
}
