package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Chain;
import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Parameter;
import dev.jacquard.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What of a graph's execution does not depend on the batch: which ops run together, how each value
 * lies in memory, and where each parameter is. One serves every plan of a session, so that they all
 * share the parameters.
 */
public final class Blueprint {
  /** Terms of a sum that takes no longer than a float's way to memory and back. */
  private static final int SHORT = 16;

  /** Floats of an image that a core's cache holds while it is read. */
  private static final int CACHED = 256 * 1024;

  /** Changes with the arithmetic, where neither ops nor stages show it. */
  private static final String ARITHMETIC = "5 ";

  private final Graph graph;
  private final Kernels kernels;
  private final boolean fuse;
  private final WinogradChoice winograd;
  private final List<Block> blocks = new ArrayList<>();
  private final Map<Integer, Layout> values = new HashMap<>();
  private final Map<Integer, Layout> gradients = new HashMap<>();
  private final Map<Integer, LinearShape> linears = new HashMap<>();
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final boolean[] differentiable;
  private final boolean[] chained;
  private int trainable;
  private int total = Arena.START;

  /**
   * Ops that run together: a chain, or one op.
   *
   * @param node the first
   * @param chain the chain that begins with it, or null
   */
  record Block(Node node, Chain chain) {
    int output() {
      return chain == null ? node.id() : chain.output();
    }
  }

  /**
   * Where a parameter lies among the state's floats.
   *
   * @param at its first float
   * @param floats how many it takes, gaps included
   * @param offsets for each canonical element, its distance from {@code at}
   */
  record Place(int at, int floats, Offsets offsets) {
    interface Offsets {
      int of(int element);
    }
  }

  /**
   * Lays out {@code graph} for these kernels. Without {@code fuse}, every op is a block of its own.
   *
   * @param winograd size of the tiles of Winograd's convolutions; 0 for direct ones
   */
  public Blueprint(Graph graph, Kernels kernels, boolean fuse, int winograd) {
    this.graph = graph;
    this.kernels = kernels;
    this.fuse = fuse;
    this.winograd = new WinogradChoice(graph, kernels.lanes(), winograd);
    this.differentiable = new boolean[graph.nodes().size()];
    this.chained = new boolean[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      differentiable[node.id()] =
          node.parameters().stream().anyMatch(Parameter::trainable)
              || node.inputs().stream().anyMatch(input -> differentiable[input]);
    }
    cut();
    blocks.forEach(block -> layOut(block.output()));
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Conv2d conv) {
        linears.put(node.id(), linear(node, conv.window()));
      } else if (node.op() instanceof Op.Dense) {
        linears.put(node.id(), linear(node, LinearShape.POINT));
      }
    }
    place();
  }

  private void cut() {
    for (Node node : graph.nodes()) {
      if (!chained[node.id()]) {
        Chain chain = Chain.from(graph, node, !fuse);
        if (chain != null) {
          chain.nodes().forEach(member -> chained[member.id()] = true);
        }
        blocks.add(new Block(node, chain));
      }
    }
  }

  private void layOut(int id) {
    Node node = graph.node(id);
    int lanes = id == 0 && onlyLinear(id) ? 1 : kernels.lanes();
    int[] read = new int[4];
    for (int consumer : graph.consumers(id)) {
      if (graph.node(consumer).op() instanceof Op.Conv2d conv) {
        widen(read, border(conv.window(), graph.inputShape(graph.node(consumer), 0).dims()));
        widen(read, winograd.inputBorder(graph.node(consumer)));
      }
    }
    int[] written = new int[4];
    if (node.op() instanceof Op.Conv2d conv && differentiable[node.inputs().get(0)]) {
      int[] in = graph.inputShape(node, 0).dims();
      widen(written, LinearShape.gradientBorder(in[0], in[1], conv.window()));
    }
    widen(written, winograd.gradientBorder(node));
    if (overwritten(id)) {
      widen(read, written);
    }
    values.put(
        id, isView(id) ? values.get(node.inputs().get(0)).flattened() : layout(id, lanes, read));
    if (differentiable[id]) {
      gradients.put(id, gradient(node, written));
    }
  }

  private Layout gradient(Node node, int[] border) {
    if (overwritten(node.id())) {
      return values.get(node.id());
    }
    if (gradientAliased(node.id())) {
      return gradients.get(node.inputs().get(0)).flattened();
    }
    if (isView(node.id())) {
      // Lies like the value, so that dense layers find both alike.
      return values.get(node.id());
    }
    return layout(node.id(), kernels.lanes(), border);
  }

  private Layout layout(int id, int lanes, int[] border) {
    Node node = graph.node(id);
    return fitting(
        "a sample of " + node.name(),
        () -> Layout.bordered(node.shape(), lanes, border[0], border[1], border[2], border[3]));
  }

  /** Makes what computes a size in exact arithmetic; its overflow is the user's to know. */
  private static <T> T fitting(String what, Supplier<T> made) {
    try {
      return made.get();
    } catch (ArithmeticException e) {
      throw new JacquardException(
          what
              + ", with its border and in whole vectors of channels, takes more numbers than a Java"
              + " array holds; make the layer or its input smaller",
          e);
    }
  }

  private static int[] border(Window w, int[] in) {
    return new int[] {w.top(), w.bottom(in[0]), w.left(), w.right(in[1])};
  }

  private static void widen(int[] border, int[] by) {
    for (int i = 0; i < border.length; i++) {
      border[i] = Math.max(border[i], by[i]);
    }
  }

  /** Whether nothing but linear ops, which take any number of channels, reads a value. */
  private boolean onlyLinear(int id) {
    return graph.consumers(id).stream()
        .map(graph::node)
        .allMatch(
            node ->
                node.op() instanceof Op.Conv2d
                    || node.op() instanceof Op.Dense
                    || (node.op() instanceof Op.Flatten && onlyLinear(node.id())));
  }

  /**
   * Whether a value is a flattened one in its input's memory: where no border lies between, and no
   * gap behind each pixel's channels unless only dense layers read it, which have gaps in their
   * weights to match.
   */
  boolean isView(int id) {
    Node node = graph.node(id);
    if (!(node.op() instanceof Op.Flatten)) {
      return false;
    }
    Layout in = values.get(node.inputs().get(0));
    boolean gaps = in.group() != in.physicalGroup();
    return !in.isBordered() && (!gaps || onlyLinear(id));
  }

  /** Whether the gradient of a flattened value is its input's gradient's memory. */
  boolean gradientAliased(int id) {
    if (!isView(id)) {
      return false;
    }
    int input = graph.node(id).inputs().get(0);
    return differentiable[input]
        && graph.consumers(input).size() == 1
        && !gradients.get(input).isBordered();
  }

  /**
   * Whether a value's gradient takes the value's own place: a linear op's output that only a chain
   * reads, which is through with it when it writes the gradient.
   */
  boolean overwritten(int id) {
    Op op = graph.node(id).op();
    List<Integer> consumers = graph.consumers(id);
    return (op instanceof Op.Conv2d || op instanceof Op.Dense)
        && consumers.size() == 1
        && chained[consumers.get(0)];
  }

  /** What the chain puts out that reads an {@link #overwritten} value. */
  int chainOutput(int id) {
    int consumer = graph.consumers(id).get(0);
    return blocks.stream()
        .filter(block -> block.node().id() == consumer)
        .mapToInt(Block::output)
        .findAny()
        .orElse(consumer);
  }

  /**
   * Whether a normalisation is the only reader of a linear op's output and may be merged with it.
   */
  boolean normalised(int id) {
    return fuse
        && overwritten(id)
        && graph.node(graph.consumers(id).get(0)).op() instanceof Op.BatchNorm;
  }

  /**
   * Whether training computes a linear op's output again wherever it is read, rather than keep it:
   * sums so short cost less than the way to memory and back, if an image stays in the cache. Only
   * for a first layer: no gradient goes further back, and what it sees is known beforehand.
   */
  boolean passing(int id) {
    return normalised(id)
        && graph.node(id).inputs().get(0) == 0
        && linears.get(id).rows() <= SHORT
        && values.get(id).image() <= CACHED
        && values.get(0).image() <= CACHED / 4
        && Patches.pay(values.get(0), linears.get(id).window());
  }

  /** Whether a linear op's bias has no effect, as a batch normalisation takes it away again. */
  boolean biasIsIdle(int id) {
    List<Integer> consumers = graph.consumers(id);
    return consumers.size() == 1 && graph.node(consumers.get(0)).op() instanceof Op.BatchNorm;
  }

  private LinearShape linear(Node node, Window window) {
    Layout in = values.get(node.inputs().get(0));
    Layout out = values.get(node.id());
    int rows = fitting("the kernel of " + node.name(), () -> LinearShape.rows(in, window));
    LinearShape exact =
        new LinearShape(in, out, gradients.get(node.id()), window, kernels.lanes(), rows);
    int tile = kernels.filterGrad(exact.filterGradient()).tileRows();
    return new LinearShape(
        in, out, exact.gradient(), window, kernels.lanes(), Tiles.roundUp(rows, tile));
  }

  private void place() {
    for (boolean first : new boolean[] {true, false}) {
      for (Node node : graph.nodes()) {
        for (Parameter parameter : node.parameters()) {
          if (parameter.trainable() == first) {
            place(node, parameter);
          }
        }
      }
      if (first) {
        trainable = total;
      }
    }
  }

  private void place(Node node, Parameter parameter) {
    LinearShape linear = linears.get(node.id());
    int floats;
    Place.Offsets offsets;
    if (linear != null && parameter.role().equals("kernel")) {
      int filters = parameter.shape().channels();
      floats = fitting("the kernel of " + node.name(), linear::floats);
      offsets = element -> linear.place(element, filters);
    } else if (node.op() instanceof CustomOp) {
      floats = Tiles.roundUp(parameter.shape().elements(), kernels.lanes());
      offsets = element -> element;
    } else {
      // Rows of channels lie like the channels they belong to.
      Layout channels = linear != null ? linear.out() : values.get(node.inputs().get(0));
      floats = channels.physical();
      offsets = channels::physical;
    }
    places.put(parameter.name(), new Place(total, floats, offsets));
    total = fitting("the state up to " + parameter.name(), () -> Math.addExact(total, floats));
  }

  Graph graph() {
    return graph;
  }

  Kernels kernels() {
    return kernels;
  }

  /**
   * What decides, besides the stages, which bits a plan gives: the graph and the kernels, in a text
   * that is the same in every process.
   */
  String identity() {
    return ARITHMETIC + kernels.description() + graph.identity();
  }

  /** Which convolutions are Winograd's. */
  WinogradChoice winograd() {
    return winograd;
  }

  boolean fuse() {
    return fuse;
  }

  List<Block> blocks() {
    return blocks;
  }

  /** How a value lies in memory; null for one that is never stored. */
  Layout value(int id) {
    return values.get(id);
  }

  /** How a value's gradient lies in memory; null where no parameter needs it. */
  Layout gradient(int id) {
    return gradients.get(id);
  }

  /** The shape of a linear op. */
  LinearShape linear(int id) {
    return linears.get(id);
  }

  /** Where the parameter of this name lies. */
  Place place(String parameter) {
    return places.get(parameter);
  }

  /** Floats of all parameters, the trainable ones first. */
  public int floats() {
    return total - Arena.START;
  }

  /** Floats of the trainable parameters. */
  public int trainableFloats() {
    return trainable - Arena.START;
  }

  /** The canonical elements of a state array's parameter, copied into {@code to}. */
  public void read(float[] state, Parameter parameter, float[] to) {
    Place place = places.get(parameter.name());
    for (int i = 0; i < to.length; i++) {
      to[i] = state[place.at() + place.offsets().of(i)];
    }
  }

  /** Overwrites a state array's parameter with canonical elements. */
  public void write(float[] state, Parameter parameter, float[] from) {
    Place place = places.get(parameter.name());
    // The gaps must be zero: a step that went wrong may have left NaN in them.
    Arrays.fill(state, place.at(), place.at() + place.floats(), 0f);
    for (int i = 0; i < from.length; i++) {
      state[place.at() + place.offsets().of(i)] = from[i];
    }
  }
}
