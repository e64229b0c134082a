package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Chain;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.opencl.plan.Products.Partials;
import dev.jacquard.opencl.plan.Products.Source;
import dev.jacquard.tensor.Shape;
import java.util.HashMap;
import java.util.Map;

/** Adds the forward pass to a script, a chain or a product a launch. */
final class ForwardPass {
  private static final String CHAIN = "chain_forward";

  private final Job job;
  private final Script script;
  private final Graph graph;
  private final Fusion fusion;
  private final Values values;
  private final State state;
  private final OpForward others;
  private final Folding folding;
  private final Passing passing;
  private final Map<Integer, Partials> moments = new HashMap<>();
  private final Map<Integer, ChainKept> kept = new HashMap<>();

  ForwardPass(Job job) {
    this.job = job;
    this.script = job.script();
    this.graph = job.graph();
    this.fusion = job.fusion();
    this.values = job.values();
    this.state = job.state();
    this.others = new OpForward(job);
    this.folding = new Folding(job);
    this.passing = new Passing(job);
  }

  /** Adds all ops before the tail, or before the head where there is none. */
  void compile() {
    for (Node node : graph.nodes()) {
      if (fusion.covers(node) || (node.op() instanceof Op.Input && gathered())) {
        continue;
      }
      if (fusion.chain(node) != null) {
        chain(fusion.chain(node));
      } else if (Linear.is(node)) {
        linear(Linear.of(graph, node));
      } else {
        others.add(node);
      }
    }
  }

  /** Whether all that read the input take the samples from where they lie. */
  private boolean gathered() {
    return fusion.gathers()
        && graph.consumers(0).stream()
            .map(graph::node)
            .allMatch(
                node ->
                    Linear.is(node)
                        && !fusion.covers(node)
                        && job.products().gathers(Linear.of(graph, node)));
  }

  /** Where a product's input comes from. */
  Source source(Linear linear) {
    int input = linear.node().inputs().get(0);
    return input == 0 && gathered()
        ? new Source(script.any(), graph.input())
        : Source.of(values.value(input));
  }

  private void linear(Linear linear) {
    int id = linear.node().id();
    boolean wanted = job.training() && fusion.normalized(id);
    if (passing.has(id)) {
      return;
    }
    if (ends(linear)) {
      Chain chain = fusion.reading(id);
      long out = values.value(chain.output());
      job.products().forward(linear, source(linear), folding.weights(linear), chain, out);
      return;
    }
    long y = target(linear);
    Partials made =
        job.products().forward(linear, source(linear), folding.weights(linear), y, wanted);
    if (wanted) {
      moments.put(id, made);
    }
  }

  /** Whether, in inference, a product's launch does what is left of the chain that reads it. */
  private boolean ends(Linear linear) {
    int id = linear.node().id();
    Chain chain = fusion.reading(id);
    return !job.training()
        && chain != null
        && fusion.alone(id)
        && fusion.chain(chain.nodes().get(0)) != null
        && (chain.norm() == null || folding.folds(linear))
        && !chain.vanishes()
        && !passing.has(id)
        && job.products().ends(linear, chain);
  }

  private boolean ended(Chain chain) {
    Node before = graph.node(chain.input());
    return Linear.is(before) && ends(Linear.of(graph, before));
  }

  /** Where a product goes: past a chain that does nothing more once it is folded away. */
  private long target(Linear linear) {
    int id = linear.node().id();
    boolean past = folding.folds(linear) && vanishes(fusion.reading(id));
    return values.value(past ? fusion.reading(id).output() : id);
  }

  /** Whether a chain has nothing to do, or nothing that is not folded into the weights before. */
  private boolean vanishes(Chain chain) {
    return (folded(chain) && chain.vanishes())
        || values.value(chain.output()) == values.value(chain.input());
  }

  private boolean folded(Chain chain) {
    Node before = graph.node(chain.input());
    return chain.norm() != null && Linear.is(before) && folding.folds(Linear.of(graph, before));
  }

  /** The convolutions whose output is not kept. */
  Passing passing() {
    return passing;
  }

  /** The normalisations that are folded away. */
  Folding folding() {
    return folding;
  }

  /** The moments of a chain's input, from the product that made it or from a pass over it. */
  Partials moments(Chain chain) {
    if (chain == null || chain.norm() == null || !job.training()) {
      return new Partials(script.any(), 1);
    }
    Partials made = moments.get(chain.input());
    return made == null ? others.moments(chain.norm()) : made;
  }

  /** What the ops that are not fused keep. */
  Kept kept() {
    return others.kept();
  }

  /** What a chain's forward pass keeps. */
  ChainKept kept(Chain chain) {
    return kept.get(chain.output());
  }

  private ChainKept keep(Chain chain, long elements) {
    if (!job.training()) {
      return ChainKept.NONE;
    }
    Memory memory = script.memory();
    String what = "what the backward pass of " + chain.nodes().get(0).name() + " needs";
    int channels = graph.node(chain.input()).shape().channels();
    return new ChainKept(
        chain.norm() == null ? 0 : memory.buffer(8L * channels, what),
        ChainDefines.codes(chain) ? memory.buffer(elements, what) : 0,
        ChainDefines.picks(chain) ? memory.buffer(4 * elements, what) : 0);
  }

  private void chain(Chain chain) {
    boolean passes = passing.has(chain.input());
    if (!passes && (ended(chain) || vanishes(chain))) {
      return;
    }
    Shape in = graph.node(chain.input()).shape();
    Shape out = graph.node(chain.output()).shape();
    boolean training = job.training();
    long elements = values.floats(chain.output());
    ChainKept keeps = keep(chain, elements);
    kept.put(chain.output(), keeps);
    Node norm = folded(chain) ? null : chain.norm();
    if (passes) {
      Linear before = Linear.of(graph, graph.node(chain.input()));
      passing.forward(this, chain, norm, folding.weights(before), keeps);
      return;
    }
    Partials partials = moments(chain);
    Defines defines =
        ChainDefines.shapes(ChainDefines.of(chain, training, norm), in, out, job.batch())
            .with("INFERENCE", !training)
            .with("TILE", partials.tile())
            .with("CODES", training && ChainDefines.codes(chain))
            .with("PICKS", training && ChainDefines.picks(chain));
    String stage = name(chain) + " forward";
    long tiles = training && norm != null ? tiles(job.batch(), in, partials.tile()) : 0;
    ChainShape.Work work =
        new ChainShape.Work(in, out, job.batch(), tiles, ChainDefines.bits(chain, training));
    ChainShape.Cut cut = job.chains().cut(script.context(), stage, CHAIN, work);
    Launch launch =
        script
            .stepped(stage, null, CHAIN, CHAIN, cut.into(defines))
            .merging(chain.nodes())
            .buffer(values.value(chain.input()))
            .buffer(partials.buffer());
    norm(launch, norm)
        .buffer(script.or(keeps.statistics()))
        .seed(job.seed())
        .buffer(values.value(chain.output()))
        .buffer(script.or(keeps.codes()))
        .buffer(script.or(keeps.picked()))
        .over(cut.over())
        .costs(
            4 * values.floats(chain.input()),
            4 * values.floats(chain.input()) + elements * (Float.BYTES + keeps.bytes()));
  }

  /** Tiles of so many rows that a batch has. */
  static long tiles(int batch, Shape shape, int rows) {
    return ((long) batch * ChainDefines.pixels(shape) + rows - 1) / rows;
  }

  /** The arguments of a normalisation, or of none. */
  Launch norm(Launch launch, Node norm) {
    long any = script.any();
    return launch
        .buffer(state.partOr(norm, "gamma", any))
        .buffer(state.partOr(norm, "beta", any))
        .buffer(state.partOr(norm, "moving_mean", any))
        .buffer(state.partOr(norm, "moving_variance", any));
  }

  /** What a chain is called. */
  static String name(Chain chain) {
    return chain.nodes().get(0).name();
  }
}
