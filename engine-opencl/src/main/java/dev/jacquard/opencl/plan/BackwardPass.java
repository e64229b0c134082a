package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Chain;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.opencl.plan.Products.Before;
import dev.jacquard.opencl.plan.Products.Sums;
import dev.jacquard.opencl.plan.Products.Wanted;
import dev.jacquard.tensor.Shape;
import java.util.HashMap;
import java.util.Map;

/** Adds the backward pass to a script, a chain or a product a launch. */
final class BackwardPass {
  private static final String CHAIN = "chain_backward";

  /** Rows of a partial sum, where no product made it on the way. */
  private static final int TILE = 64;

  private final Job job;
  private final Script script;
  private final Graph graph;
  private final Fusion fusion;
  private final Values values;
  private final ForwardPass forward;
  private final OpBackward others;
  private final Gradients gradients;
  private final Map<Integer, Sums> sums = new HashMap<>();

  BackwardPass(Job job, ForwardPass forward, Gradients gradients) {
    this.job = job;
    this.script = job.script();
    this.graph = job.graph();
    this.fusion = job.fusion();
    this.values = job.values();
    this.forward = forward;
    this.others = new OpBackward(job, gradients, forward.kept());
    this.gradients = gradients;
  }

  /** Adds all ops before the tail, or before the head where there is none. */
  void compile() {
    for (int id = graph.nodes().size() - 1; id >= 0; id--) {
      Node node = graph.node(id);
      Chain chain = fusion.making(id);
      boolean withItsChain = forward.passing().has(id);
      if (!values.differentiable(id) || inTail(id) || withItsChain) {
        continue;
      }
      if (chain != null) {
        chain(chain);
      } else if (Linear.is(node)) {
        linear(Linear.of(graph, node));
      } else if (!fusion.covers(node) && fusion.chain(node) == null) {
        others.add(node);
      }
    }
  }

  private boolean inTail(int id) {
    Fusion.Tail tail = fusion.tail();
    return tail != null && id >= tail.first().id() && fusion.covers(graph.node(id));
  }

  private void linear(Linear linear) {
    int input = linear.node().inputs().get(0);
    Wanted wanted = null;
    Before before = null;
    if (values.differentiable(input)) {
      boolean accumulate = values.accumulates(input);
      before = accumulate ? null : before(input);
      wanted = new Wanted(values.gradient(input), accumulate, before);
    }
    Sums made =
        job.products()
            .backward(
                linear,
                forward.source(linear),
                values.gradient(linear.node().id()),
                wanted,
                gradients.of(linear.node(), "kernel"));
    if (before != null) {
      sums.put(before.chain().output(), made);
    }
    others.bias(linear);
  }

  /**
   * The chain that makes a value, flattened or not, if its sums can be made with the value's
   * gradient.
   */
  private Before before(int value) {
    if (!fusion.alone(value)) {
      return null;
    }
    Node node = graph.node(value);
    if (node.op() instanceof Op.Flatten) {
      return before(node.inputs().get(0));
    }
    Chain chain = fusion.making(value);
    return chain != null && chain.norm() != null ? new Before(chain, picked(chain)) : null;
  }

  /** What was kept; without pooling, what was picked is the input. */
  private ChainKept picked(Chain chain) {
    ChainKept kept = forward.kept(chain);
    long picked = chain.pools() ? kept.picked() : values.value(chain.input());
    return new ChainKept(kept.statistics(), kept.codes(), picked);
  }

  private void chain(Chain chain) {
    ChainKept kept = picked(chain);
    long gradient = values.gradient(chain.output());
    Sums made = chain.norm() == null ? new Sums(script.any(), 1) : sums.get(chain.output());
    if (made == null) {
      made = pass(chain, kept, gradient);
    }
    if (forward.passing().has(chain.input())) {
      forward.passing().backward(forward, chain, kept, made, gradients);
      return;
    }
    Defines defines = ChainDefines.of(chain, true).with("CODES", ChainDefines.codes(chain));
    Shape out = graph.node(chain.output()).shape();
    boolean accumulate = values.accumulates(chain.input());
    spread(chain, defines, out, kept, made, gradient, accumulate);
  }

  /**
   * The tail's normalisation: its gradient from that of what it makes.
   *
   * @param made the sums of the latter
   */
  void tail(Chain chain, long statistics, long gradient, Sums made) {
    Chain alone = Chain.from(graph, chain.norm(), true);
    Defines defines = ChainDefines.of(alone, true).with("CODES", false);
    Shape out = graph.node(chain.input()).shape();
    ChainKept kept = new ChainKept(statistics, 0, 0);
    spread(alone, defines, out, kept, made, gradient, values.accumulates(chain.input()));
  }

  /** The gradient of a chain's input. */
  private void spread(
      Chain chain,
      Defines defines,
      Shape out,
      ChainKept kept,
      Sums made,
      long gradient,
      boolean accumulate) {
    Shape in = graph.node(chain.input()).shape();
    ChainDefines.shapes(defines, in, out, job.batch())
        .with("SUM_TILES", made.tiles())
        .with("ACCUMULATE", accumulate);
    String stage = ForwardPass.name(chain) + " backward";
    Node norm = chain.norm();
    long tiles = norm == null ? 0 : made.tiles();
    ChainShape.Work work = new ChainShape.Work(in, out, job.batch(), tiles, 0);
    ChainShape.Cut cut = job.chains().cut(script.context(), stage, CHAIN, work);
    long any = script.any();
    long elements = values.floats(chain.input());
    int passes = 1 + (norm == null ? 0 : 1) + (accumulate ? 1 : 0);
    int each = Float.BYTES + (kept.codes() == 0 ? 0 : 1);
    script
        .stepped(stage, null, CHAIN, CHAIN, cut.into(defines))
        .merging(chain.nodes())
        .buffer(values.value(chain.input()))
        .buffer(script.or(kept.statistics()))
        .buffer(made.buffer())
        .buffer(job.state().partOr(norm, "gamma", any))
        .buffer(gradients.ofOr(norm, "gamma", any))
        .buffer(gradients.ofOr(norm, "beta", any))
        .buffer(script.or(kept.codes()))
        .buffer(gradient)
        .buffer(values.gradient(chain.input()))
        .over(cut.over())
        .costs(
            4 * elements,
            Float.BYTES * elements * passes + (long) each * job.batch() * out.elements());
  }

  /** The sums of a chain's gradient, where no product made them. */
  private Sums pass(Chain chain, ChainKept kept, long gradient) {
    Shape in = graph.node(chain.input()).shape();
    Shape out = graph.node(chain.output()).shape();
    long tiles = ForwardPass.tiles(job.batch(), out, TILE);
    long partials = script.memory().buffer(8 * tiles * in.channels(), "sums of gradients");
    Defines defines = ChainDefines.of(chain, true).with("CODES", ChainDefines.codes(chain));
    ChainDefines.shapes(defines, in, out, job.batch()).with("SUM_TILE", TILE);
    String name = ForwardPass.name(chain) + " sums";
    ChainShape.Cut cut =
        job.chains().sums(script.context(), name, CHAIN + "_sums", in, out, job.batch(), TILE);
    script
        .stepped(name, null, CHAIN, CHAIN + "_sums", cut.into(defines))
        .merging(chain.nodes())
        .buffer(kept.picked())
        .buffer(kept.statistics())
        .buffer(script.or(kept.codes()))
        .buffer(gradient)
        .buffer(partials)
        .over(cut.over())
        .costs(3L * job.batch() * out.elements(), 9L * job.batch() * out.elements());
    return new Sums(partials, tiles);
  }
}
