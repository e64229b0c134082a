package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Chain;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which ops of a graph run together. */
final class Fusion {
  private final Graph graph;
  private final ChainShape shape;
  private final boolean fuse;
  private final Map<Integer, Chain> beginning = new HashMap<>();
  private final Map<Integer, Chain> ending = new HashMap<>();
  private final Map<Integer, Chain> reading = new HashMap<>();
  private final Set<Integer> inside = new HashSet<>();
  private final Tail tail;

  /**
   * The end of a network: a dense layer and the loss, and the chain before them, all of them by
   * sample.
   *
   * @param chain null if there is none that leads to the dense layer
   */
  record Tail(Chain chain, Node dense, Node head) {
    /** The value that it reads. */
    int input() {
      return chain == null ? dense.inputs().get(0) : chain.input();
    }

    /** The first node. */
    Node first() {
      return chain == null ? dense : chain.nodes().get(0);
    }
  }

  /**
   * Cuts a graph.
   *
   * @param shape tells what fits into local memory; what does not is not fused
   * @param fuse if not, every op runs by itself
   * @param trained samples of a training step; 0 in inference
   */
  Fusion(Graph graph, ChainShape shape, boolean fuse, int trained) {
    this.graph = graph;
    this.shape = shape;
    this.fuse = fuse;
    for (Node node : fuse ? graph.nodes() : List.<Node>of()) {
      if (!inside.contains(node.id())) {
        add(Chain.from(graph, node, false));
      }
    }
    this.tail = fuse ? findTail(trained) : null;
    if (tail != null) {
      if (tail.chain() != null) {
        beginning.remove(tail.first().id());
        tail.chain().nodes().forEach(node -> inside.add(node.id()));
      }
      inside.add(tail.dense().id());
      inside.add(tail.head().id());
    }
  }

  private void add(Chain chain) {
    if (chain != null && fits(chain)) {
      beginning.put(chain.nodes().get(0).id(), chain);
      ending.put(chain.output(), chain);
      reading.put(chain.input(), chain);
      chain.nodes().stream().skip(1).forEach(node -> inside.add(node.id()));
    }
  }

  private boolean fits(Chain chain) {
    int channels = graph.node(chain.input()).shape().channels();
    // Chains with neither keep nothing in local memory.
    return (chain.norm() == null && chain.dropout() == null) || shape.fitsChain(channels);
  }

  private Tail findTail(int trained) {
    Node head = graph.head();
    Node dense = graph.node(head.inputs().get(0));
    if (!(dense.op() instanceof Op.Dense) || !alone(dense.id())) {
      return null;
    }
    int input = dense.inputs().get(0);
    int units = graph.inputShape(dense, 0).elements();
    boolean fits =
        shape.fitsTail(units, graph.classes())
            && shape.tailPays(units, graph.classes(), trained)
            && alone(input);
    Chain chain = ending.get(input);
    boolean flat = chain != null && !chain.pools() && graph.node(input).shape().rank() == 1;
    return fits ? new Tail(flat && alone(chain.input()) ? chain : null, dense, head) : null;
  }

  /** Whether what reads the input may take samples from where they lie. */
  boolean gathers() {
    return fuse;
  }

  /** Whether exactly one node reads a value. */
  boolean alone(int value) {
    return graph.consumers(value).size() == 1;
  }

  /** The chain that begins with a node, and is not part of the tail; or null. */
  Chain chain(Node node) {
    return beginning.get(node.id());
  }

  /** The chain that makes a value, or null. */
  Chain making(int value) {
    return ending.get(value);
  }

  /** Whether a value is read by nothing but a chain that normalises it. */
  boolean normalized(int value) {
    return alone(value) && reading.containsKey(value) && reading.get(value).norm() != null;
  }

  /** The chain that reads a value, or null. */
  Chain reading(int value) {
    return reading.get(value);
  }

  /** Whether a node runs with one before it: in a chain or in the tail. */
  boolean covers(Node node) {
    return inside.contains(node.id());
  }

  /** The tail, or null. */
  Tail tail() {
    return tail;
  }
}
