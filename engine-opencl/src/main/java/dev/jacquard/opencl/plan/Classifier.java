package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Chain;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.opencl.plan.Products.Partials;
import dev.jacquard.opencl.plan.Products.Sums;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** The end of a network in one launch: in training, its backward pass included. */
final class Classifier {
  private static final String FAMILY = "classifier";

  private final Job job;
  private final Script script;
  private final Fusion.Tail tail;
  private final ForwardPass forward;
  private final int samples;

  Classifier(Job job, ForwardPass forward) {
    this.job = job;
    this.script = job.script();
    this.tail = job.fusion().tail();
    this.forward = forward;
    this.samples = job.chains().samples();
  }

  private int groups() {
    return job.chains().groups(job.batch());
  }

  private List<Node> nodes() {
    List<Node> nodes = new ArrayList<>(tail.chain() == null ? List.of() : tail.chain().nodes());
    nodes.add(tail.dense());
    nodes.add(tail.head());
    return nodes;
  }

  private Op.Dense dense() {
    return (Op.Dense) tail.dense().op();
  }

  private int units() {
    return job.graph().inputShape(tail.dense(), 0).elements();
  }

  private Defines defines(boolean training) {
    Chain chain = tail.chain();
    Shape in = Shape.of(units());
    Defines defines =
        ChainDefines.shapes(ChainDefines.of(chain, training), in, in, job.batch())
            .with("UNITS", units())
            .with("CLASSES", dense().units())
            .with("BIAS", dense().bias())
            .with("SAMPLES", samples);
    return job.chains().intoTail(defines, units());
  }

  private long flops(int passes) {
    return 2L * passes * job.batch() * units() * dense().units();
  }

  /**
   * Bytes of so many passes over the units and of so many copies of the weights: what each group
   * reads, and in training its part of the gradient.
   */
  private long traffic(int passes, int copies) {
    long weights = (long) groups() * units() * dense().units();
    return 4 * ((long) passes * job.batch() * units() + copies * weights);
  }

  /**
   * Adds the launch that trains, and the backward pass of the chain's normalisation.
   *
   * @param losses receives {@link #groups} sums a step, as does {@code hits}
   */
  void train(BackwardPass backward, Gradients gradients, long losses, long hits) {
    Values values = job.values();
    Chain chain = tail.chain();
    Node norm = chain == null ? null : chain.norm();
    int input = tail.input();
    boolean wanted = values.differentiable(input);
    Memory memory = script.memory();
    long elements = (long) job.batch() * units();
    long gradient = norm == null && wanted ? values.gradient(input) : 0;
    if (gradient == 0) {
      gradient = memory.buffer(4 * elements, "the gradients of " + tail.first().name());
    } else {
      values.accumulates(input);
    }
    long any = script.any();
    long statistics = norm == null ? any : memory.buffer(8L * units(), "the classifier's moments");
    long sums = norm == null ? any : memory.buffer(8L * units() * groups(), "sums of gradients");
    Partials partials = forward.moments(chain);
    float smoothing = ((Op.SoftmaxCrossEntropy) tail.head().op()).labelSmoothing();
    Defines defines = defines(true).with("TILE", partials.tile()).with("SMOOTHING", smoothing);
    Launch launch =
        script
            .stepped(tail.head().name(), null, FAMILY, FAMILY, defines)
            .merging(nodes())
            .buffer(values.value(input))
            .buffer(partials.buffer());
    forward
        .norm(launch, norm)
        .buffer(statistics)
        .seed(job.seed())
        .buffer(job.state().part(tail.dense(), "kernel"))
        .buffer(job.state().partOr(tail.dense(), "bias", any))
        .labels()
        .buffer(job.indices())
        .buffer(gradient)
        .buffer(sums)
        .buffer(gradients.of(tail.dense(), "kernel"))
        .buffer(gradients.ofOr(tail.dense(), "bias", any))
        .buffer(losses)
        .buffer(hits)
        .over(job.chains().over(groups()))
        .costs(flops(3), traffic(3, 2));
    if (norm != null) {
      backward.tail(chain, statistics, gradient, new Sums(sums, groups()));
    }
  }

  /** Adds the launch that predicts. */
  void predict(long probabilities, long losses) {
    Chain chain = tail.chain();
    Node norm = chain == null ? null : chain.norm();
    State state = job.state();
    long any = script.any();
    script
        .stepped(
            tail.head().name(), null, FAMILY + "_inference", FAMILY + "_inference", defines(false))
        .merging(nodes())
        .buffer(job.values().value(tail.input()))
        .buffer(state.partOr(norm, "moving_mean", any))
        .buffer(state.partOr(norm, "moving_variance", any))
        .buffer(state.partOr(norm, "gamma", any))
        .buffer(state.partOr(norm, "beta", any))
        .buffer(state.part(tail.dense(), "kernel"))
        .buffer(state.partOr(tail.dense(), "bias", any))
        .labels()
        .buffer(job.indices())
        .buffer(probabilities)
        .buffer(losses)
        .over(job.chains().over(groups()))
        .costs(flops(1), traffic(1, 1));
  }
}
