package dev.jacquard.network;

import dev.jacquard.error.JacquardException;
import dev.jacquard.layer.FieldWriter;
import dev.jacquard.layer.Fields;
import dev.jacquard.layer.Layer;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The form of network files. */
final class NetworkJson {
  private static final String STANDARD_NAME = "sequential";

  private NetworkJson() {}

  static Network parse(String text, LayerTypes types) {
    Map<String, Object> values = JsonReader.read(text);
    if (KerasModel.isOne(values)) {
      return fromKeras(values, types);
    }
    Fields document = Fields.of("", values);
    String name = document.optionalText("name").orElse(STANDARD_NAME);
    Shape input = document.shape("input_shape");
    List<NamedLayer> layers = layers(document.objects("layers", Network.MAX_LAYERS), types);
    Optional<TrainingDefaults> training =
        document.optionalObject("training").map(TrainingJson::parse);
    document.requireAllRead("a network");
    return new Network(name, input, layers, training);
  }

  private static Network fromKeras(Map<String, Object> document, LayerTypes types) {
    try {
      KerasModel model = KerasModel.of(document);
      Optional<TrainingDefaults> training = model.training().map(TrainingJson::parse);
      return new Network(model.name(), model.inputShape(), layers(model.layers(), types), training);
    } catch (JacquardException e) {
      throw new JacquardException(
          "a model of Keras's: "
              + e.getMessage()
              + (e.getMessage().startsWith(KerasTraining.COMPILED)
                  ? "; keras.models.clone_model(model).to_json() is without it"
                  : ""),
          e);
    }
  }

  private static List<NamedLayer> layers(List<Fields> nodes, LayerTypes types) {
    List<NamedLayer> layers = new ArrayList<>();
    LayerNames names = new LayerNames();
    String previous = Network.INPUT;
    for (Fields fields : nodes) {
      Layer layer = types.parse(fields);
      String name = fields.optionalText("name").orElseGet(() -> names.automatic(layer.type()));
      List<String> inputs = fields.optionalTexts("inputs").orElse(List.of(previous));
      fields.requireAllRead(layer.type());
      names.take(name);
      layers.add(new NamedLayer(name, layer, inputs));
      previous = name;
    }
    return layers;
  }

  static String write(Network network) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", network.name());
    List<Integer> dims = new ArrayList<>();
    for (int dim : network.inputShape().dims()) {
      dims.add(dim);
    }
    document.put("input_shape", dims);
    document.put("layers", write(network.layers()));
    network
        .training()
        .ifPresent(training -> document.put("training", TrainingJson.write(training)));
    return JsonWriter.write(document);
  }

  private static List<Map<String, Object>> write(List<NamedLayer> layers) {
    List<Map<String, Object>> nodes = new ArrayList<>();
    LayerNames names = new LayerNames();
    String previous = Network.INPUT;
    for (NamedLayer named : layers) {
      FieldWriter to = new FieldWriter();
      String type = named.layer().type();
      to.put("type", type).put("name", named.name(), names.automatic(type));
      write(named.layer(), to);
      to.put("inputs", named.inputs(), List.of(previous));
      nodes.add(to.values());
      names.take(named.name());
      previous = named.name();
    }
    return nodes;
  }

  private static void write(Layer layer, FieldWriter to) {
    try {
      layer.write(to);
    } catch (LinkageError | RuntimeException e) {
      throw LayerTypes.failure(layer.type(), layer, e);
    }
  }
}
