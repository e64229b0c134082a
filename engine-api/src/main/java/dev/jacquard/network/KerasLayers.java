package dev.jacquard.network;

import dev.jacquard.error.JacquardException;
import dev.jacquard.layer.Fields;
import dev.jacquard.tensor.Shape;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the layers of a {@link KerasModel}, one after the other. */
final class KerasLayers {
  private static final double TO_UNIT = 1.0 / 255;

  private final boolean functional;
  private final List<Fields> layers = new ArrayList<>();

  /** Names of the input as it comes, and as it is once divided by 255. */
  private final Set<String> raw = new HashSet<>();

  private final Set<String> scaled = new HashSet<>();

  private Optional<Shape> input = Optional.empty();
  private Optional<String> takesRaw = Optional.empty();
  private String previous = "";
  private boolean flat = true;
  private boolean softmax;

  /**
   * Nothing is read yet.
   *
   * @param functional whether each layer says what it takes, and not just the one before
   */
  KerasLayers(boolean functional) {
    this.functional = functional;
  }

  /**
   * Reads the next one.
   *
   * @param path its place
   */
  void add(String path, Map<String, Object> layer) {
    KerasObject.requireKeras(path, layer);
    String type = Fields.of(path, layer).text("class_name");
    Map<String, Object> config = KerasObject.plain(path, KerasObject.map(layer.get("config")));
    String name = Fields.of(path + ".config", config).text("name");
    if (type.equals("InputLayer")) {
      takeInput(path + ".config", config);
      raw.add(name);
    } else if (type.equals("Rescaling")) {
      rescale(path, name, inputs(path, layer), config);
    } else {
      take(path, type, inputs(path, layer), config, layer);
    }
    previous = name;
  }

  private void take(
      String path,
      String type,
      List<String> inputs,
      Map<String, Object> config,
      Map<String, Object> layer) {
    if (inputs.stream().anyMatch(raw::contains)) {
      takesRaw = takesRaw.or(() -> Optional.of(path));
    }
    boolean first = inputs.stream().anyMatch(this::isInput);
    flat &= type.equals("Flatten") || !first;
    softmax = type.equals("Softmax") || "softmax".equals(config.get("activation"));
    if (isLastAxis(config.get("axis"), layer)) {
      config.remove("axis");
    }
    config.put("type", type);
    config.put(
        "inputs", inputs.stream().map(each -> isInput(each) ? Network.INPUT : each).toList());
    layers.add(Fields.of(path, config));
  }

  private boolean isInput(String name) {
    return raw.contains(name) || scaled.contains(name);
  }

  /** Counted from the first axis, which is the batch's. */
  private static boolean isLastAxis(Object axis, Map<String, Object> layer) {
    Object shape = KerasObject.map(layer.get("build_config")).get("input_shape");
    int rank = KerasObject.list(shape).size();
    return axis instanceof BigDecimal number
        && rank > 0
        && number.compareTo(BigDecimal.valueOf(rank - 1L)) == 0;
  }

  private void rescale(String path, String name, List<String> inputs, Map<String, Object> config) {
    boolean unit =
        config.get("scale") instanceof Number scale
            && Math.abs(scale.doubleValue() - TO_UNIT) < 1e-8
            && config.get("offset") instanceof Number offset
            && offset.doubleValue() == 0;
    if (!unit || inputs.size() != 1 || !raw.contains(inputs.get(0))) {
      throw new JacquardException(
          path
              + ": expected no Rescaling but one of 1/255 right behind the input, as stored bytes"
              + " are scaled; received another");
    }
    scaled.add(name);
  }

  private void takeInput(String path, Map<String, Object> config) {
    if (input.isPresent()) {
      throw new JacquardException(path + ": expected a model with one input, received a second");
    }
    if (!config.containsKey("batch_shape")) {
      throw new JacquardException(
          path + ": expected \"batch_shape\", as Keras 3 writes it, received nothing");
    }
    List<Object> dims = new ArrayList<>(KerasObject.list(config.get("batch_shape")));
    if (dims.size() > 1) {
      dims.remove(0);
    }
    input = Optional.of(Fields.of(path, Map.of("batch_shape", dims)).shape("batch_shape"));
  }

  /** The layers that it takes, by their names in the file. */
  private List<String> inputs(String path, Map<String, Object> layer) {
    if (!functional) {
      return List.of(previous);
    }
    List<?> nodes = KerasObject.list(layer.get("inbound_nodes"));
    if (nodes.size() != 1) {
      throw new JacquardException(
          path
              + ".inbound_nodes: expected one call of the layer, received "
              + nodes.size()
              + "; make a layer for each call");
    }
    List<String> inputs = new ArrayList<>();
    collect(path, nodes, inputs);
    if (inputs.isEmpty()) {
      throw new JacquardException(
          path + ".inbound_nodes: expected what it takes, received nothing");
    }
    return inputs;
  }

  private static void collect(String path, Object value, List<String> inputs) {
    if (value instanceof Map<?, ?> node) {
      List<?> history = KerasObject.list(node.get("keras_history"));
      if (!history.isEmpty()) {
        inputs.add(origin(path + ".inbound_nodes", history));
      }
      node.values().forEach(item -> collect(path, item, inputs));
    } else {
      KerasObject.list(value).forEach(item -> collect(path, item, inputs));
    }
  }

  /** The layer of a tensor: its name, the number of the call and that of the output. */
  private static String origin(String path, List<?> tensor) {
    boolean first =
        tensor.size() == 3
            && tensor.subList(1, 3).stream()
                .allMatch(n -> n instanceof BigDecimal number && number.signum() == 0);
    if (!first || !(tensor.get(0) instanceof String name)) {
      throw new JacquardException(
          path + ": expected the only output of a layer's only call, received another");
    }
    return name;
  }

  /**
   * Ends the reading.
   *
   * @param outputs as a functional model says them; null if it does not
   */
  void end(Object outputs) {
    List<?> output = KerasObject.list(outputs);
    if (output.size() == 1) {
      output = KerasObject.list(output.get(0));
    }
    if (outputs != null && !origin("config.output_layers", output).equals(previous)) {
      throw new JacquardException(
          "config.output_layers: expected the last layer, " + previous + ", received another");
    }
    if (takesRaw.isPresent() && !scaled.isEmpty()) {
      throw new JacquardException(
          takesRaw.get() + ": takes the input without the Rescaling that others take it with");
    }
  }

  /** What comes in. Rows and columns that are laid out at once are those of one channel, too. */
  Shape inputShape() {
    Shape shape =
        input.orElseThrow(
            () ->
                new JacquardException(
                    "config.layers: expected a first layer InputLayer, received none; give the"
                        + " model a keras.Input"));
    return shape.rank() == 2 && flat ? Shape.of(shape.dim(0), shape.dim(1), 1) : shape;
  }

  List<Fields> layers() {
    return layers;
  }

  /** Whether the last layer gives probabilities. */
  boolean endsWithSoftmax() {
    return softmax;
  }
}
