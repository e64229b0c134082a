package dev.jacquard.network;

import dev.jacquard.error.JacquardException;
import dev.jacquard.layer.Fields;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model as Keras 3's {@code to_json} writes it, in the form of network files: each layer's {@code
 * class_name} and {@code config} become one object with a {@code type}, and what every object of
 * Keras's carries beside its name is left out. What is not known here is refused, by this or by who
 * reads the layers: nothing may be read as another model than Keras has.
 *
 * @param name the model's
 * @param inputShape without the batch
 * @param layers without the input, and without a division by 255 behind it, which stored bytes have
 *     anyway
 * @param training what it was compiled with, in the form of the section {@code training}; empty if
 *     it was not compiled
 */
record KerasModel(String name, Shape inputShape, List<Fields> layers, Optional<Fields> training) {
  private static final Set<String> KEYS =
      Set.of(
          "class_name",
          "config",
          "module",
          "registered_name",
          "build_config",
          KerasTraining.COMPILED,
          "keras_version",
          "backend");

  /** Whether the document is one. */
  static boolean isOne(Map<String, Object> document) {
    return document.containsKey("class_name") && document.get("config") instanceof Map;
  }

  /**
   * Reads a sequential or functional model.
   *
   * @throws JacquardException if it is another, or has what is not supported
   */
  static KerasModel of(Map<String, Object> document) {
    Fields fields = Fields.of("", document);
    String type =
        fields.choice("class_name", List.of("Sequential", "Functional"), String::toString);
    KEYS.forEach(fields::has);
    fields.requireAllRead("a model of Keras's");
    KerasObject.requireKeras("", document);
    Map<String, Object> config = KerasObject.map(document.get("config"));
    KerasLayers reading = new KerasLayers(type.equals("Functional"));
    int index = 0;
    for (Object item : KerasObject.list(config.get("layers"))) {
      reading.add("config.layers[" + index++ + "]", KerasObject.map(item));
    }
    reading.end(config.get("output_layers"));
    return new KerasModel(
        Fields.of("config", config).text("name"),
        reading.inputShape(),
        reading.layers(),
        KerasTraining.of(document.get(KerasTraining.COMPILED), reading.endsWithSoftmax()));
  }
}
