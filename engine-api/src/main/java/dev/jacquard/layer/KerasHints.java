package dev.jacquard.layer;

import java.util.Map;
import java.util.Optional;

/** What is said to who writes what Keras has and network files have not, or by another name. */
final class KerasHints {
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("Input", "leave it out, \"input_shape\" says what comes in"),
          Map.entry("InputLayer", "leave it out, \"input_shape\" says what comes in"),
          Map.entry("Rescaling", "leave one of 1/255 out, stored bytes are scaled to [0, 1]"),
          Map.entry("ZeroPadding2D", "use \"padding\": \"same\" in the layer behind it"),
          Map.entry("Convolution2D", "it is Conv2D here"),
          Map.entry("MaxPool2D", "it is MaxPooling2D here"),
          Map.entry("AvgPool2D", "it is AveragePooling2D here"),
          Map.entry("GlobalAvgPool2D", "it is GlobalAveragePooling2D here"),
          Map.entry("BatchNorm", "it is BatchNormalization here"));

  private static final Map<String, String> KEYS =
      Map.of("lr", "learning_rate", "alpha", "negative_slope");

  private KerasHints() {}

  /** For a layer type that is not known. */
  static Optional<String> type(String name) {
    return Optional.ofNullable(TYPES.get(name));
  }

  /** The name, among {@code free} ones, that a key has here. */
  static Optional<String> key(String key, Iterable<String> free) {
    for (String name : free) {
      if (name.equals(KEYS.get(key))) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }
}
