package dev.jacquard.model;

import dev.jacquard.backend.Session;
import dev.jacquard.checkpoint.SafeTensors;
import dev.jacquard.checkpoint.TensorFile;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Parameter;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A trained network in a file: its parameters under Keras's names, the network's JSON as metadata,
 * and nothing that varies. A checkpoint is read as one too; its optimiser's state is passed over.
 *
 * @param file where it is
 * @param contents its tensors and metadata
 */
public record ModelFile(Path file, TensorFile contents) {
  private static final String NETWORK = "network";

  /** A session's parameters, to be written to {@code file}. */
  public static ModelFile of(Path file, Network network, Graph graph, Session session) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      tensors.put(parameter.name(), session.read(parameter.name()));
    }
    return new ModelFile(file, new TensorFile(tensors, Map.of(NETWORK, network.toJson())));
  }

  /**
   * Writes it, whole or not at all.
   *
   * @throws JacquardException if the file cannot be written
   */
  public void write() {
    SafeTensors.write(file, contents);
  }

  /**
   * Reads a file.
   *
   * @throws JacquardException if it cannot be read or is not safetensors
   */
  public static ModelFile read(Path file) {
    TensorFile contents = SafeTensors.read(file);
    Map<String, Tensor> parameters = new LinkedHashMap<>(contents.tensors());
    parameters.keySet().removeIf(Optimizer::isState);
    return new ModelFile(file, new TensorFile(parameters, contents.metadata()));
  }

  /**
   * The network that it was made with.
   *
   * @throws JacquardException if the file holds none
   */
  public Network network(LayerTypes types) {
    String json = contents.metadata().get(NETWORK);
    if (json == null) {
      throw new JacquardException(
          file
              + ": metadata \""
              + NETWORK
              + "\" is missing; give the network that it was made with");
    }
    try {
      return Network.parse(json, types);
    } catch (JacquardException e) {
      throw new JacquardException(file + ": metadata \"network\": " + e.getMessage(), e);
    }
  }

  /**
   * Checks that it holds a graph's parameters. To be asked before memory is taken for a network
   * that nobody has vouched for.
   *
   * @throws JacquardException if a tensor is missing, surplus or of another shape
   */
  public void requireFit(Graph graph) {
    Map<String, Shape> expected = new LinkedHashMap<>();
    graph.parameters().forEach(each -> expected.put(each.name(), each.shape()));
    contents.requireExactly(file.toString(), expected);
  }

  /**
   * Overwrites a session's parameters, all or, if they do not fit, none.
   *
   * @throws JacquardException if a tensor is missing, surplus or of another shape
   */
  public void load(Graph graph, Session session) {
    requireFit(graph);
    session.write(contents.tensors());
  }
}
