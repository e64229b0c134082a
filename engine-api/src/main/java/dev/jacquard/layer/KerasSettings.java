package dev.jacquard.layer;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings of Keras's that have one possible value here. They may be written with it, so that
 * Keras's own configurations can be read; no layer has to ask for them.
 */
final class KerasSettings {
  private static final BigDecimal ONE = BigDecimal.ONE;
  private static final String ZEROS = "zeros";
  private static final String ONES = "ones";
  private static final Map<String, Object> OF_ANY_LAYER =
      Map.of("dtype", "float32", "trainable", true);
  private static final Map<String, Object> CHANNELS_LAST = Map.of("data_format", "channels_last");
  private static final Map<String, Object> LAST_AXIS = Map.of("axis", ONE.negate());
  private static final Map<String, Object> OF_ADAM = Map.of("amsgrad", false, "use_ema", false);

  /** By whose they are, beside those of any layer. */
  private static final Map<String, Map<String, Object>> VALUES =
      Map.ofEntries(
          layer(Activation.TYPE, Map.of()),
          layer(Add.TYPE, Map.of()),
          layer(AveragePooling2D.TYPE, CHANNELS_LAST),
          layer(
              BatchNormalization.TYPE,
              LAST_AXIS,
              Map.of(
                  "beta_initializer",
                  ZEROS,
                  "gamma_initializer",
                  ONES,
                  "moving_mean_initializer",
                  ZEROS,
                  "moving_variance_initializer",
                  ONES,
                  "renorm",
                  false,
                  "synchronized",
                  false)),
          layer(
              Conv2D.TYPE,
              CHANNELS_LAST,
              Map.of("bias_initializer", ZEROS, "dilation_rate", ONE, "groups", ONE)),
          layer(Dense.TYPE, Map.of("bias_initializer", ZEROS)),
          layer(Dropout.TYPE, Map.of()),
          layer(Flatten.TYPE, CHANNELS_LAST),
          layer(GlobalAveragePooling2D.TYPE, CHANNELS_LAST, Map.of("keepdims", false)),
          layer(LeakyReLU.TYPE, Map.of()),
          layer(MaxPooling2D.TYPE, CHANNELS_LAST),
          layer(ReLU.TYPE, Map.of("threshold", BigDecimal.ZERO)),
          layer(Softmax.TYPE, LAST_AXIS),
          Map.entry("Adam", OF_ADAM),
          Map.entry("AdamW", OF_ADAM),
          Map.entry("SGD", Map.of("use_ema", false)),
          Map.entry("CategoricalCrossentropy", Map.of("axis", ONE.negate(), "dtype", "float32")));

  private KerasSettings() {}

  @SafeVarargs
  private static Map.Entry<String, Map<String, Object>> layer(
      String type, Map<String, Object>... own) {
    Map<String, Object> all = new HashMap<>(OF_ANY_LAYER);
    for (Map<String, Object> each : own) {
      all.putAll(each);
    }
    return Map.entry(type, Map.copyOf(all));
  }

  /** The values by key, of a layer type, an optimizer or a loss; none of a plug-in's. */
  static Map<String, Object> of(String owner) {
    return VALUES.getOrDefault(owner, Map.of());
  }

  /** Whether a value is the only one. A dilation may be written for height and width. */
  static boolean allows(String key, Object only, Object value) {
    if (key.equals("dilation_rate") && value instanceof List<?> pair) {
      return pair.size() == 2 && pair.stream().allMatch(item -> same(only, item));
    }
    return same(only, value);
  }

  private static boolean same(Object a, Object b) {
    boolean numbers = a instanceof BigDecimal && b instanceof BigDecimal;
    return numbers ? ((BigDecimal) a).compareTo((BigDecimal) b) == 0 : a.equals(b);
  }
}
