package dev.jacquard.network;

import dev.jacquard.checkpoint.BoundedFile;
import dev.jacquard.error.Excerpt;
import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.layer.Dense;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * A network as its author writes it: layers in order, each fed by earlier ones. Immutable, and
 * whole: what exists has passed every check, so that it can be lowered for any backend.
 *
 * <pre>{@code
 * {"name": "tiny", "input_shape": [28, 28, 1],
 *  "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}],
 *  "training": {"batch_size": 64, "epochs": 3}}
 * }</pre>
 *
 * <p>A layer without {@code name} is named as Keras does ({@code conv2d}, {@code conv2d_1}), one
 * without {@code inputs} takes the layer before. The last layer gives one number for each class:
 * probabilities if it is a softmax, else logits.
 */
public final class Network {
  /** The name by which layers refer to the network's input. */
  public static final String INPUT = "input";

  /** How many layers a network may have. */
  public static final int MAX_LAYERS = 10_000;

  private final String name;
  private final Shape inputShape;
  private final List<NamedLayer> layers;
  private final Optional<TrainingDefaults> training;
  private final List<List<Integer>> connections;
  private final LoweredNetwork lowered;

  /**
   * A network of layers.
   *
   * @param name for reports and folders
   * @param inputShape of one sample, {@code [H, W, C]} or {@code [C]}
   * @param layers in order
   * @param training how it is trained when nothing else is said
   * @throws JacquardException if names, connections or shapes do not fit, with the path of the
   *     fault
   */
  public Network(
      String name, Shape inputShape, List<NamedLayer> layers, Optional<TrainingDefaults> training) {
    this.name = Objects.requireNonNull(name, "name");
    this.inputShape = Objects.requireNonNull(inputShape, "inputShape");
    this.layers = List.copyOf(layers);
    this.training = Objects.requireNonNull(training, "training");
    if (!LayerNames.valid(name)) {
      throw new JacquardException(
          "name: expected " + LayerNames.form() + ", received " + Excerpt.quoted(name));
    }
    if (inputShape.rank() != 1 && inputShape.rank() != 3) {
      throw new JacquardException(
          "input_shape: expected [H, W, C] or [C], received "
              + inputShape
              + "; grey pictures have one channel, as in [28, 28, 1]");
    }
    if (layers.isEmpty() || layers.size() > MAX_LAYERS) {
      throw new JacquardException(
          "layers: expected 1 to " + MAX_LAYERS + " layers, received " + layers.size());
    }
    this.connections = Structure.check(this.layers);
    this.lowered = lowered(GraphBuilder.overFloats(inputShape));
  }

  /**
   * Reads a network from its JSON text.
   *
   * @param types the layers that it may name
   * @throws JacquardException if the text is not a network, with the path of the fault, or its line
   *     and column
   */
  public static Network parse(String json, LayerTypes types) {
    return NetworkJson.parse(json, types);
  }

  /**
   * Reads a network from a JSON file in UTF-8; otherwise as {@link #parse}.
   *
   * @throws JacquardException if the file cannot be read or is not a network; the message begins
   *     with its path
   */
  public static Network read(Path file, LayerTypes types) {
    try {
      return parse(text(file), types);
    } catch (JacquardException e) {
      throw new JacquardException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new JacquardException(file + ": cannot be read: " + IoReason.of(e), e);
    }
  }

  private static String text(Path file) throws IOException {
    // Three bytes are the most that a UTF-16 unit takes, so longer files are too long as texts too.
    return BoundedFile.requireText(file, 3 * JsonReader.MAX_LENGTH);
  }

  /** Its JSON text: the same for equal networks, and read back as an equal network. */
  public String toJson() {
    return NetworkJson.write(this);
  }

  /** Its name, for reports and folders. */
  public String name() {
    return name;
  }

  /** The shape of one sample. */
  public Shape inputShape() {
    return inputShape;
  }

  /** The layers in order. */
  public List<NamedLayer> layers() {
    return layers;
  }

  /** How it is trained when nothing else is said. */
  public Optional<TrainingDefaults> training() {
    return training;
  }

  /** The same, or Keras's defaults where nothing is said. */
  public TrainingDefaults trainingOrStandard() {
    return training.orElseGet(TrainingDefaults::standard);
  }

  /** How many classes it tells apart. */
  public int classes() {
    return lowered.graph().classes();
  }

  /**
   * The network as backends understand it, the loss at its end with the training section's label
   * smoothing.
   *
   * @param stored how samples are stored: bytes are scaled to [0, 1], floats are taken as they are
   */
  public Graph lower(DType stored) {
    return switch (stored) {
      case U8 -> lowered(GraphBuilder.overBytes(inputShape)).graph();
      case F32 -> lowered(GraphBuilder.overFloats(inputShape)).graph();
    };
  }

  private LoweredNetwork lowered(GraphBuilder builder) {
    double smoothing = training.map(TrainingDefaults::labelSmoothing).orElse(0.0);
    return LoweredNetwork.of(layers, connections, builder, (float) smoothing);
  }

  /**
   * Checks that the network suits a data set.
   *
   * @param classes how many the data set has
   * @throws JacquardException if the last layer gives more or fewer numbers
   */
  public void requireClasses(int classes) {
    if (classes() == classes) {
      return;
    }
    int last = layers.size() - 1;
    NamedLayer layer = layers.get(last);
    String remedy =
        layer.layer() instanceof Dense
            ? "set its units to " + classes
            : "end with a Dense layer of " + classes + " units";
    throw new JacquardException(
        place(last, layer.name())
            + " gives "
            + classes()
            + " numbers, the data set has "
            + classes
            + " classes; "
            + remedy);
  }

  /** What can be trained but is hardly meant, a line each that says what is usual. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    Set<Integer> end = Remarks.end(lowered.graph());
    for (int i = 0; i < layers.size(); i++) {
      String place = place(i, layers.get(i).name());
      for (Node node : lowered.nodes(i)) {
        if (node.op() instanceof Op.Activation activation) {
          Remarks.of(activation, end.contains(node.id()))
              .map(place::concat)
              .ifPresent(remarks::add);
        }
      }
    }
    return remarks;
  }

  /** The table of layers. */
  public List<LayerSummary> summary() {
    List<LayerSummary> rows = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      rows.add(lowered.summarize(i, layers.get(i)));
    }
    return rows;
  }

  /** How many numbers the layers keep together. */
  public long parameters() {
    return sum(LayerSummary::parameters);
  }

  /** How many of these the optimiser updates. */
  public long trainableParameters() {
    return sum(LayerSummary::trainable);
  }

  /**
   * Floating-point operations of one sample's inference, as {@link LayerSummary#flops} counts them.
   */
  public long flops() {
    return sum(LayerSummary::flops);
  }

  private long sum(ToLongFunction<LayerSummary> column) {
    return summary().stream().mapToLong(column).reduce(0, ForwardFlops::sum);
  }

  /** How messages name a layer: {@code layers[3] "dense"}. */
  static String place(int index, String name) {
    return "layers[" + index + "] \"" + name + "\"";
  }

  /** Equal in name, input, layers with their names and connections, and training section. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Network network
        && name.equals(network.name)
        && inputShape.equals(network.inputShape)
        && layers.equals(network.layers)
        && training.equals(network.training);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, inputShape, layers, training);
  }

  @Override
  public String toString() {
    return "Network " + name;
  }
}
