package dev.jacquard.checkpoint;

import dev.jacquard.error.Excerpt;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON header of a safetensors file: where each tensor's bytes lie, counted from the end of the
 * header, and the metadata. A header that exists has been checked against the size of the data.
 */
record SafeTensorsHeader(List<Entry> entries, Map<String, String> metadata) {
  /** The reference implementation's limit on the header. */
  static final int MAX_BYTES = 100_000_000;

  /** The bytes {@code begin} to {@code end}, exclusive, of the data. */
  record Entry(String name, Shape shape, long begin, long end) {}

  /** Bytes of all tensors. */
  long dataBytes() {
    return entries.stream().mapToLong(entry -> entry.end() - entry.begin()).sum();
  }

  private static final String METADATA = "__metadata__";
  private static final int MAX_DEPTH = 8;
  // A tensor takes some 15 tokens, a token some 50 bytes of heap.
  private static final long MAX_TOKENS = 1_000_000;
  private static final int MAX_RANK = 8;
  private static final int MAX_FAULT_CHARS = 100;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .maxStringLength(MAX_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** The header's bytes for {@code contents}: compact JSON in the order of the maps. */
  static byte[] format(TensorFile contents) {
    ObjectNode root = JSON.createObjectNode();
    if (!contents.metadata().isEmpty()) {
      ObjectNode metadata = root.putObject(METADATA);
      contents
          .metadata()
          .forEach((key, value) -> metadata.put(requireText(key), requireText(value)));
    }
    long begin = 0;
    for (Map.Entry<String, Tensor> tensor : contents.tensors().entrySet()) {
      if (tensor.getKey().equals(METADATA)) {
        throw new JacquardException(
            "no tensor can be named " + METADATA + "; give it another name");
      }
      Shape shape = tensor.getValue().shape();
      long end = begin + bytes(shape);
      ObjectNode entry = root.putObject(requireText(tensor.getKey()));
      entry.put("dtype", DType.F32.name());
      ArrayNode extents = entry.putArray("shape");
      for (int extent : shape.dims()) {
        extents.add(extent);
      }
      entry.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    return JSON.writeValueAsBytes(root);
  }

  /** Half of a surrogate pair has no UTF-8: it would make a file that nobody can read. */
  private static String requireText(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new JacquardException(
          "safetensors: expected names and metadata of Unicode text, received half of a surrogate"
              + " pair in one; correct it");
    }
    return text;
  }

  /**
   * Reads and checks a header.
   *
   * @param where the file, for messages
   * @param json its bytes
   * @param dataBytes how many bytes follow it in the file
   * @throws JacquardException if anything is wrong with it
   */
  static SafeTensorsHeader parse(String where, byte[] json, long dataBytes) {
    if (json.length == 0 || json[0] != '{') {
      throw new JacquardException(
          where + ": expected a header that begins with '{'; the file is not safetensors");
    }
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : tree(where, json).properties()) {
      if (member.getKey().equals(METADATA)) {
        readMetadata(where, member.getValue(), metadata);
      } else {
        String tensor = where + ": tensor " + Excerpt.of(member.getKey());
        entries.add(entry(tensor, member.getKey(), member.getValue(), dataBytes));
      }
    }
    requireTiling(where, entries, dataBytes);
    return new SafeTensorsHeader(entries, metadata);
  }

  private static JsonNode tree(String where, byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (StreamConstraintsException e) {
      throw new JacquardException(
          where
              + ": the header is nested deeper than "
              + MAX_DEPTH
              + " levels or has names, numbers or more parts than any network needs; the file is"
              + " damaged or hostile",
          e);
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      throw new JacquardException(
          where
              + ": the header is not valid JSON"
              + (at == null ? "" : " at column " + at.getColumnNr())
              + ": "
              + fault(e)
              + "; write the file again",
          e);
    }
  }

  /** Jackson's own words name its classes and options where these two are meant. */
  private static String fault(JacksonException e) {
    if (e instanceof UnexpectedEndOfInputException) {
      return "it ends too early";
    }
    if (e instanceof DatabindException) {
      return "more text follows it";
    }
    return Excerpt.of(
        e.getOriginalMessage().lines().findFirst().orElse("damaged"), MAX_FAULT_CHARS);
  }

  private static void readMetadata(String where, JsonNode node, Map<String, String> metadata) {
    if (!node.isObject()) {
      throw new JacquardException(
          where + ": " + METADATA + ": expected an object of strings, received " + brief(node));
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (!member.getValue().isString()) {
        throw new JacquardException(
            where
                + ": "
                + METADATA
                + "."
                + Excerpt.of(member.getKey())
                + ": expected a string, received "
                + brief(member.getValue()));
      }
      metadata.put(member.getKey(), member.getValue().stringValue());
    }
  }

  private static Entry entry(String where, String name, JsonNode node, long dataBytes) {
    if (!node.isObject()) {
      throw new JacquardException(
          where
              + ": expected an object with dtype, shape and data_offsets, received "
              + brief(node));
    }
    JsonNode dtype = node.path("dtype");
    if (!dtype.isString() || !dtype.stringValue().equals(DType.F32.name())) {
      throw new JacquardException(
          where + ": expected dtype \"F32\", received " + brief(dtype) + "; convert it to F32");
    }
    Shape shape = shape(where, node.path("shape"));
    return range(where, name, shape, node.path("data_offsets"), dataBytes);
  }

  private static Entry range(
      String where, String name, Shape shape, JsonNode offsets, long dataBytes) {
    if (!offsets.isArray()
        || offsets.size() != 2
        || !isCount(offsets.get(0))
        || !isCount(offsets.get(1))) {
      throw new JacquardException(
          where
              + ": expected data_offsets [begin, end] of whole numbers from 0, received "
              + brief(offsets));
    }
    long begin = offsets.get(0).longValue();
    long end = offsets.get(1).longValue();
    String range = "data_offsets [" + begin + ", " + end + "]";
    if (begin > end) {
      throw new JacquardException(where + ": " + range + " end before they begin");
    }
    if (end > dataBytes) {
      throw new JacquardException(
          where
              + ": "
              + range
              + " reach beyond the "
              + dataBytes
              + " bytes of data; the file is truncated or damaged");
    }
    if (end - begin != bytes(shape)) {
      throw new JacquardException(
          where
              + ": expected "
              + bytes(shape)
              + " bytes for shape "
              + shape
              + ", received "
              + (end - begin)
              + " by "
              + range);
    }
    return new Entry(name, shape, begin, end);
  }

  private static Shape shape(String where, JsonNode node) {
    if (!node.isArray() || node.size() > MAX_RANK) {
      throw new JacquardException(
          where
              + ": expected shape to be an array of at most "
              + MAX_RANK
              + " whole numbers, received "
              + brief(node));
    }
    int[] extents = new int[node.size()];
    for (int i = 0; i < extents.length; i++) {
      JsonNode extent = node.get(i);
      if (!extent.isIntegralNumber() || !extent.canConvertToInt() || extent.intValue() < 1) {
        throw new JacquardException(
            where
                + ": shape["
                + i
                + "]: expected a whole number from 1 to 2147483647, received "
                + brief(extent));
      }
      extents[i] = extent.intValue();
    }
    try {
      return Shape.of(extents);
    } catch (JacquardException e) {
      throw new JacquardException(where + ": " + e.getMessage(), e);
    }
  }

  private static boolean isCount(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0;
  }

  /** Every byte of the data must belong to exactly one tensor, as the format demands. */
  private static void requireTiling(String where, Collection<Entry> entries, long dataBytes) {
    List<Entry> ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingLong(Entry::begin));
    String before = "the header";
    long position = 0;
    for (Entry entry : ordered) {
      String name = "tensor " + Excerpt.of(entry.name());
      if (entry.begin() < position) {
        throw new JacquardException(
            where
                + ": "
                + name
                + " begins at "
                + entry.begin()
                + ", inside "
                + before
                + ", which ends at "
                + position
                + "; the file is damaged");
      }
      requireNoGap(where, entry.begin() - position, before);
      before = name;
      position = entry.end();
    }
    requireNoGap(where, dataBytes - position, before);
  }

  private static void requireNoGap(String where, long bytes, String before) {
    if (bytes > 0) {
      throw new JacquardException(
          where
              + ": the "
              + bytes
              + " bytes after "
              + before
              + " belong to no tensor; the file is damaged");
    }
  }

  private static long bytes(Shape shape) {
    return (long) shape.elements() * DType.F32.bytes();
  }

  private static String brief(JsonNode node) {
    return node.isMissingNode() ? "none" : Excerpt.of(node.toString());
  }
}
