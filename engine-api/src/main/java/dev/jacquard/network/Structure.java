package dev.jacquard.network;

import dev.jacquard.error.Excerpt;
import dev.jacquard.error.JacquardException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks names and connections: every name is unique, every input stands before, every output is
 * used.
 */
final class Structure {
  private Structure() {}

  /**
   * The inputs of each layer, as indices into the list; -1 is the network's input.
   *
   * @throws JacquardException with the path of the fault
   */
  static List<List<Integer>> check(List<NamedLayer> layers) {
    Map<String, Integer> indices = names(layers);
    Set<Integer> used = new HashSet<>();
    List<List<Integer>> connections = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      List<Integer> inputs = inputs(layers, i, indices);
      used.addAll(inputs);
      connections.add(inputs);
    }
    for (int i = 0; i < layers.size() - 1; i++) {
      if (!used.contains(i)) {
        throw new JacquardException(
            Network.place(i, layers.get(i).name())
                + ": no layer takes its output; name it in the \"inputs\" of a later layer or"
                + " remove it");
      }
    }
    return connections;
  }

  private static Map<String, Integer> names(List<NamedLayer> layers) {
    Map<String, Integer> indices = new HashMap<>();
    indices.put(Network.INPUT, -1);
    for (int i = 0; i < layers.size(); i++) {
      String name = layers.get(i).name();
      String path = "layers[" + i + "].name: ";
      if (!LayerNames.valid(name)) {
        throw new JacquardException(
            path + "expected " + LayerNames.form() + ", received " + Excerpt.quoted(name));
      }
      Integer other = indices.putIfAbsent(name, i);
      String owner = LayerNames.RESERVED.getOrDefault(name, "layers[" + other + "]");
      if (other != null || LayerNames.RESERVED.containsKey(name)) {
        throw new JacquardException(
            path + "\"" + name + "\" is the name of " + owner + "; choose another");
      }
    }
    return indices;
  }

  private static List<Integer> inputs(
      List<NamedLayer> layers, int layer, Map<String, Integer> indices) {
    List<Integer> inputs = new ArrayList<>();
    for (String name : layers.get(layer).inputs()) {
      Integer index = indices.get(name);
      String path = "layers[" + layer + "].inputs[" + inputs.size() + "]: ";
      if (index == null) {
        throw new JacquardException(
            path
                + "no layer is named "
                + Excerpt.quoted(name)
                + "; \"input\" is the network's input");
      }
      if (index >= layer) {
        throw new JacquardException(
            path
                + "\""
                + name
                + (index == layer
                    ? "\" is the layer itself"
                    : "\" comes later, at layers[" + index + "]")
                + "; inputs must be listed before: a network has no cycles");
      }
      inputs.add(index);
    }
    if (inputs.isEmpty()) {
      throw new JacquardException(
          "layers[" + layer + "].inputs: expected at least one name, received none");
    }
    return inputs;
  }
}
