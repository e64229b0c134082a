package dev.jacquard.layer;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * Settings of Keras's that have one possible value here. They may be written with it, so that
 * Keras's own configurations can be read; no layer has to ask for them.
 */
final class KerasSettings {
  private static final Map<String, Object> VALUES =
      Map.ofEntries(
          Map.entry("amsgrad", false),
          Map.entry("axis", BigDecimal.valueOf(-1)),
          Map.entry("beta_initializer", "zeros"),
          Map.entry("bias_initializer", "zeros"),
          Map.entry("data_format", "channels_last"),
          Map.entry("dilation_rate", BigDecimal.ONE),
          Map.entry("dtype", "float32"),
          Map.entry("gamma_initializer", "ones"),
          Map.entry("groups", BigDecimal.ONE),
          Map.entry("keepdims", false),
          Map.entry("moving_mean_initializer", "zeros"),
          Map.entry("moving_variance_initializer", "ones"),
          Map.entry("renorm", false),
          Map.entry("synchronized", false),
          Map.entry("threshold", BigDecimal.ZERO),
          Map.entry("trainable", true),
          Map.entry("use_ema", false));

  private KerasSettings() {}

  /** Whether a key that nobody asked for is one of these. */
  static boolean has(String key) {
    return VALUES.containsKey(key);
  }

  /** Whether the value is the only one; a number may be written for height and width. */
  static boolean allows(String key, Object value) {
    List<?> items = value instanceof List<?> pair && pair.size() == 2 ? pair : List.of(value);
    return items.stream().allMatch(item -> same(item, VALUES.get(key)));
  }

  /** The one value. */
  static String value(String key) {
    return Received.describe(VALUES.get(key));
  }

  private static boolean same(Object a, Object b) {
    boolean numbers = a instanceof BigDecimal && b instanceof BigDecimal;
    return numbers ? ((BigDecimal) a).compareTo((BigDecimal) b) == 0 : b.equals(a);
  }
}
