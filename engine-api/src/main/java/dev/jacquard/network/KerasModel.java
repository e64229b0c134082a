package dev.jacquard.network;

import dev.jacquard.error.JacquardException;
import dev.jacquard.layer.Fields;
import dev.jacquard.tensor.Shape;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model as Keras 3's {@code to_json} writes it, in the form of network files: each layer's {@code
 * class_name} and {@code config} become one object with a {@code type}, and what every object of
 * Keras's carries beside its name is left out. What is not known here is left for whoever reads the
 * layers, which refuse it with its place.
 *
 * @param name the model's
 * @param inputShape without the batch
 * @param layers without the input, and without a division by 255 behind it, which stored bytes have
 *     anyway
 * @param training what it was compiled with, in the form of the section {@code training}; empty if
 *     it was not compiled
 */
record KerasModel(String name, Shape inputShape, List<Fields> layers, Optional<Fields> training) {
  /** Numbers that mean something only beside what is refused, and draws, which have one seed. */
  private static final Set<String> WITHOUT_MEANING =
      Set.of("seed", "ema_momentum", "renorm_momentum");

  private static final List<String> LOSSES =
      List.of("sparse_categorical_crossentropy", "categorical_crossentropy");

  /** The place of what it was compiled with. */
  static final String COMPILED = "compile_config";

  private static final double TO_UNIT = 1.0 / 255;

  /** Whether the document is one. */
  static boolean isOne(Map<String, Object> document) {
    return document.containsKey("class_name") && document.get("config") instanceof Map;
  }

  /**
   * Reads a sequential or functional model.
   *
   * @throws JacquardException if it is another, or does not say what comes in
   */
  static KerasModel of(Map<String, Object> document) {
    Fields.of("", document)
        .choice("class_name", List.of("Sequential", "Functional"), String::toString);
    Map<String, Object> config = map(document.get("config"));
    Reading reading = new Reading();
    int index = 0;
    for (Object item : list(config.get("layers"))) {
      reading.add("config.layers[" + index++ + "]", map(item));
    }
    return new KerasModel(
        Fields.of("config", config).text("name"),
        reading.inputShape(),
        reading.layers,
        compiled(map(document.get(COMPILED))));
  }

  /** What is found on the way through the layers. */
  private static final class Reading {
    private final List<Fields> layers = new ArrayList<>();
    private final Map<String, String> aliases = new HashMap<>();
    private Optional<Shape> input = Optional.empty();
    private String previous = Network.INPUT;
    private boolean flat = true;

    void add(String path, Map<String, Object> layer) {
      Fields fields = Fields.of(path, layer);
      String type = fields.text("class_name");
      Map<String, Object> config = plain(map(layer.get("config")));
      String name = Fields.of(path + ".config", config).text("name");
      List<String> inputs = inputs(layer);
      if (type.equals("InputLayer")) {
        takeInput(path + ".config", config);
        aliases.put(name, Network.INPUT);
      } else if (inputs.equals(List.of(Network.INPUT)) && isUnit(type, config)) {
        aliases.put(name, Network.INPUT);
      } else {
        config.put("type", type);
        config.put("inputs", inputs);
        flat &= type.equals("Flatten") || !inputs.contains(Network.INPUT);
        layers.add(Fields.of(path, config));
        previous = name;
      }
    }

    private void takeInput(String path, Map<String, Object> config) {
      if (input.isPresent()) {
        throw new JacquardException(path + ": expected a model with one input, received a second");
      }
      List<Object> dims = new ArrayList<>(list(config.get("batch_shape")));
      if (dims.size() > 1) {
        dims.remove(0);
      }
      input = Optional.of(Fields.of(path, Map.of("batch_shape", dims)).shape("batch_shape"));
    }

    /** Rows and columns that are laid out at once are those of one channel, too. */
    Shape inputShape() {
      Shape shape =
          input.orElseThrow(
              () ->
                  new JacquardException(
                      "config.layers: expected a first layer InputLayer, received none; give the"
                          + " model a keras.Input"));
      return shape.rank() == 2 && flat ? Shape.of(shape.dim(0), shape.dim(1), 1) : shape;
    }

    /** The layers that it takes; without a word of them, the one before. */
    private List<String> inputs(Map<String, Object> layer) {
      List<String> inputs = new ArrayList<>();
      collect(layer.get("inbound_nodes"), inputs);
      return inputs.isEmpty() ? List.of(previous) : inputs;
    }

    private void collect(Object value, List<String> inputs) {
      if (value instanceof List<?> items) {
        items.forEach(item -> collect(item, inputs));
      } else if (value instanceof Map<?, ?> node) {
        Object history = map(node.get("config")).get("keras_history");
        if (history instanceof List<?> of && !of.isEmpty() && of.get(0) instanceof String name) {
          inputs.add(aliases.getOrDefault(name, name));
        }
        collect(node.get("args"), inputs);
      }
    }
  }

  private static boolean isUnit(String type, Map<String, Object> config) {
    return type.equals("Rescaling")
        && config.get("scale") instanceof Number scale
        && Math.abs(scale.doubleValue() - TO_UNIT) < 1e-9
        && config.get("offset") instanceof Number offset
        && offset.doubleValue() == 0;
  }

  /** The optimizer and its loss, in the words of the section {@code training}. */
  private static Optional<Fields> compiled(Map<String, Object> config) {
    Map<String, Object> training = new LinkedHashMap<>();
    Object optimizer = config.get("optimizer");
    if (optimizer instanceof Map<?, ?> object) {
      Map<String, Object> settings = plain(map(object.get("config")));
      settings.put("type", object.get("class_name"));
      settings.remove("name");
      settings.computeIfPresent("learning_rate", (key, rate) -> shortened(rate));
      training.put("optimizer", settings);
    }
    Object loss = config.get("loss");
    if (loss != null) {
      Fields.of(COMPILED, Map.of("loss", plain(loss))).choice("loss", LOSSES, String::toString);
    }
    map(map(loss).get("config"))
        .computeIfPresent("label_smoothing", (key, share) -> training.put(key, share));
    return training.isEmpty() ? Optional.empty() : Optional.of(Fields.of(COMPILED, training));
  }

  /** Keras writes the rate as the double that its fp32 is: 0.009999999776482582. */
  private static Object shortened(Object rate) {
    return rate instanceof BigDecimal number && Float.isFinite(number.floatValue())
        ? new BigDecimal(Float.toString(number.floatValue()))
        : rate;
  }

  /** A configuration with the names of objects in their place. */
  private static Map<String, Object> plain(Map<String, Object> config) {
    Map<String, Object> plain = new LinkedHashMap<>();
    config.forEach((key, value) -> plain.put(key, plain(value)));
    plain.keySet().removeAll(WITHOUT_MEANING);
    return plain;
  }

  private static Object plain(Object value) {
    if (value instanceof Map<?, ?> object && object.get("class_name") instanceof String type) {
      Object config = object.get("config");
      Object name = config instanceof Map<?, ?> map ? map.get("name") : config;
      return name instanceof String text ? text : LayerNames.snakeCase(type);
    }
    return value;
  }

  private static List<?> list(Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  private static Map<String, Object> map(Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> entries) {
      entries.forEach((key, item) -> map.put(String.valueOf(key), item));
    }
    return map;
  }
}
