package dev.jacquard.graph;

import dev.jacquard.random.Dropping;
import java.util.ArrayList;
import java.util.List;

/**
 * Ops that a backend can run in one pass over their input: batch normalisation, piecewise-linear
 * activation, dropout, 2 x 2 max-pooling, each at most once and in this order. What lies between
 * them is read by nobody else, and need not be stored.
 *
 * @param nodes in order, at least one
 */
public record Chain(List<Node> nodes) {
  private static final int NORM = 0;
  private static final int ACTIVATION = 1;
  private static final int DROPOUT = 2;
  private static final int POOL = 3;

  /** Copies the list. */
  public Chain {
    nodes = List.copyOf(nodes);
  }

  /**
   * The longest chain that begins at {@code node}, or null if it cannot begin one. Alone: of one op
   * only.
   */
  public static Chain from(Graph graph, Node node, boolean alone) {
    int place = node.op().accept(new Place(graph, node));
    if (place < 0) {
      return null;
    }
    List<Node> nodes = new ArrayList<>(List.of(node));
    Node end = node;
    while (!alone && graph.consumers(end.id()).size() == 1) {
      end = graph.node(graph.consumers(end.id()).get(0));
      int next = end.op().accept(new Place(graph, end));
      if (next <= place) {
        break;
      }
      place = next;
      nodes.add(end);
    }
    return new Chain(nodes);
  }

  /** The value that it reads. */
  public int input() {
    return nodes.get(0).inputs().get(0);
  }

  /** The value that it makes. */
  public int output() {
    return nodes.get(nodes.size() - 1).id();
  }

  /** The normalisation, or null. */
  public Node norm() {
    return nodes.get(0).op() instanceof Op.BatchNorm ? nodes.get(0) : null;
  }

  /** The dropout, or null. */
  public Node dropout() {
    return nodes.stream().filter(node -> node.op() instanceof Op.Dropout).findAny().orElse(null);
  }

  /** How dropout draws, or null. */
  public Dropping dropping() {
    Node dropout = dropout();
    return dropout == null ? null : Dropping.of(((Op.Dropout) dropout.op()).rate());
  }

  /** Whether it ends with max-pooling. */
  public boolean pools() {
    return nodes.stream().anyMatch(node -> node.op() instanceof Op.MaxPool);
  }

  /** The factor of negative elements; 1 without an activation. */
  public float slope() {
    return nodes.stream()
        .filter(node -> node.op() instanceof Op.Activation)
        .map(node -> ((Op.Activation) node.op()).slope())
        .findAny()
        .orElse(1f);
  }

  /**
   * Whether inference has nothing to do once the normalisation is folded into the weights before.
   */
  public boolean vanishes() {
    return !pools() && slope() == 1;
  }

  /** An op's place in a chain; -1 for those that have none. */
  private record Place(Graph graph, Node node) implements OpVisitor<Integer> {
    @Override
    public Integer batchNorm(Op.BatchNorm op) {
      return NORM;
    }

    @Override
    public Integer activation(Op.Activation op) {
      boolean piecewise =
          op.function() == Op.Activation.Function.RELU
              || op.function() == Op.Activation.Function.LEAKY_RELU;
      return piecewise && op.slope() >= 0 ? ACTIVATION : -1;
    }

    @Override
    public Integer dropout(Op.Dropout op) {
      return DROPOUT;
    }

    @Override
    public Integer maxPool(Op.MaxPool op) {
      int height = graph.inputShape(node, 0).dim(0);
      int width = graph.inputShape(node, 0).dim(1);
      Window halves = new Window(2, 2, 2, 2, 0, 0, (height + 1) / 2, (width + 1) / 2);
      return op.window().equals(halves) ? POOL : -1;
    }

    @Override
    public Integer input(Op.Input op) {
      return -1;
    }

    @Override
    public Integer conv2d(Op.Conv2d op) {
      return -1;
    }

    @Override
    public Integer dense(Op.Dense op) {
      return -1;
    }

    @Override
    public Integer avgPool(Op.AvgPool op) {
      return -1;
    }

    @Override
    public Integer globalAvgPool(Op.GlobalAvgPool op) {
      return -1;
    }

    @Override
    public Integer flatten(Op.Flatten op) {
      return -1;
    }

    @Override
    public Integer add(Op.Add op) {
      return -1;
    }

    @Override
    public Integer softmaxCrossEntropy(Op.SoftmaxCrossEntropy op) {
      return -1;
    }

    @Override
    public Integer custom(CustomOp op) {
      return -1;
    }
  }
}
