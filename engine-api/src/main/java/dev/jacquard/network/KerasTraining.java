package dev.jacquard.network;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Op;
import dev.jacquard.layer.Fields;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a {@link KerasModel} was compiled with, in the form of the section {@code training}. */
final class KerasTraining {
  /** Its place. */
  static final String COMPILED = "compile_config";

  private static final String OPTIMIZER = "optimizer";
  private static final String SMOOTHING = "label_smoothing";
  private static final List<String> LOSSES =
      List.of("sparse_categorical_crossentropy", "categorical_crossentropy");

  private KerasTraining() {}

  /**
   * Reads it.
   *
   * @param value of {@link #COMPILED}
   * @param softmax whether the network gives probabilities, and not logits
   * @return empty if the model was not compiled
   * @throws JacquardException if it is trained in a way that is not supported
   */
  static Optional<Fields> of(Object value, boolean softmax) {
    Map<String, Object> config = KerasObject.map(value);
    config.values().removeIf(each -> each == null);
    Map<String, Object> training = new LinkedHashMap<>();
    if (config.containsKey(OPTIMIZER)) {
      training.put(OPTIMIZER, optimizer(config.get(OPTIMIZER)));
    }
    if (config.containsKey("loss_weights")) {
      throw Fields.of(COMPILED, config).fault("loss_weights", "null");
    }
    if (config.containsKey("loss")) {
      double smoothing = loss(only(config.get("loss")), softmax);
      training.put(SMOOTHING, BigDecimal.valueOf(smoothing));
    }
    return training.isEmpty() ? Optional.empty() : Optional.of(Fields.of(COMPILED, training));
  }

  /** The optimizer's own fields; what is no object is left for who reads it. */
  private static Object optimizer(Object value) {
    if (!(value instanceof Map)) {
      return value;
    }
    String path = COMPILED + "." + OPTIMIZER;
    Map<String, Object> object = KerasObject.map(value);
    KerasObject.requireKeras(path, object);
    Map<String, Object> settings = KerasObject.plain(path, KerasObject.map(object.get("config")));
    settings.put("type", Fields.of(path, object).text("class_name"));
    settings.remove("name");
    settings.computeIfPresent("learning_rate", (key, rate) -> shortened(rate));
    return settings;
  }

  /** Keras writes the rate as the double that its fp32 is: 0.009999999776482582. */
  private static Object shortened(Object rate) {
    return rate instanceof BigDecimal number && Float.isFinite(number.floatValue())
        ? new BigDecimal(Float.toString(number.floatValue()))
        : rate;
  }

  /** Of a list or an object for several outputs, the one. */
  private static Object only(Object loss) {
    if (loss instanceof List<?> list && list.size() == 1) {
      return list.get(0);
    }
    boolean byName = loss instanceof Map<?, ?> map && map.size() == 1;
    return byName ? ((Map<?, ?>) loss).values().iterator().next() : loss;
  }

  /** Checks the loss; gives its label smoothing. */
  private static double loss(Object loss, boolean softmax) {
    String path = COMPILED + ".loss";
    Map<String, Object> object = KerasObject.map(loss);
    KerasObject.requireKeras(path, object);
    Object type = object.isEmpty() ? loss : object.get("class_name");
    Object name = type instanceof String text ? LayerNames.snakeCase(text) : type;
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("loss", name);
    Fields.of(COMPILED, named).choice("loss", LOSSES, String::toString);
    Fields config = Fields.of(path, KerasObject.plain(path, KerasObject.map(object.get("config"))));
    boolean logits = config.bool("from_logits", false);
    if (logits == softmax) {
      throw new JacquardException(
          path
              + ": expected "
              + (softmax
                  ? "from_logits false, as the network ends with a softmax"
                  : "from_logits true, as the network does not end with a softmax"));
    }
    config.choice(
        "reduction", List.of("sum_over_batch_size"), String::toString, "sum_over_batch_size");
    config.has("name");
    double smoothing = config.has(SMOOTHING) ? smoothing(config) : 0;
    config.requireAllRead("CategoricalCrossentropy");
    return smoothing;
  }

  private static double smoothing(Fields config) {
    return config.number(SMOOTHING, Op.SoftmaxCrossEntropy.SMOOTHINGS);
  }
}
