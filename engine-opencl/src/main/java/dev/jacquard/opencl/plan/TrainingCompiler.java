package dev.jacquard.opencl.plan;

import dev.jacquard.backend.SessionConfig;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.opencl.binding.WorkSize;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fills a script with a training step, fused or op by op. */
final class TrainingCompiler {
  private final Script script;
  private final Graph graph;
  private final State state;
  private final SessionConfig config;
  private final int batch;
  private final int capacity;
  private final long indices;
  private final Values values;
  private final ChainShape chains;

  /**
   * What the host needs to know of the step.
   *
   * @param losses {@code groups} numbers a step, as {@code hits}
   * @param summed whether the losses are sums over samples; else the mean
   */
  record Step(long losses, long hits, int groups, boolean summed) {}

  /**
   * A compiler for batches of up to {@code batch} samples.
   *
   * @param capacity steps that are uploaded at once
   * @param indices their sample numbers
   */
  TrainingCompiler(
      Script script,
      Graph graph,
      State state,
      SessionConfig config,
      int batch,
      int capacity,
      long indices) {
    this.script = script;
    this.graph = graph;
    this.state = state;
    this.config = config;
    this.batch = batch;
    this.capacity = capacity;
    this.indices = indices;
    this.values = new Values(graph, script.memory(), batch, true);
    this.chains = new ChainShape(script.context().limits());
  }

  private Gradients gradients(Map<String, Integer> parts) {
    return new Gradients(state.places(), parts, script.memory(), script.context().alignment());
  }

  private UpdateBlocks blocks(Gradients gradients, Map<String, UpdateBlocks.Flip> flips) {
    UpdateCut cut = UpdateCut.of(script.context(), state.places().trainable(), batch);
    return new UpdateBlocks(cut, state.places(), gradients, flips);
  }

  /** Adds all launches. */
  Step compile(UpdateRule rule, long rates, List<Long> slots) {
    Fusion fusion = new Fusion(graph, chains, config.fuse(), batch);
    boolean flips = config.fuse() && script.context().limits().rows();
    Flipped flipped = flips ? new Flipped(script, graph, values) : null;
    TileProducts tiles = new TileProducts(script, state, batch, indices);
    Products products = config.fuse() ? Products.of(script, tiles, flipped, batch, indices) : tiles;
    Job job =
        new Job(
            script, graph, fusion, values, state, products, batch, true, config.seed(), indices);
    Gradients gradients = gradients(parts(fusion, job));
    ForwardPass forward = new ForwardPass(job);
    forward.compile();
    BackwardPass backward = new BackwardPass(job, forward, gradients);
    Step step = fusion.tail() == null ? head() : tail(job, forward, backward, gradients);
    backward.compile();
    UpdateBlocks blocks = blocks(gradients, flips(flipped));
    long weights = flipped == null ? script.any() : flipped.buffer();
    rule.compile(script, rates, state, gradients, blocks, slots, weights);
    if (flipped != null && flipped.any()) {
      script.before(rule.flip(script, state, blocks, weights));
    }
    return step;
  }

  private Map<String, Integer> parts(Fusion fusion, Job job) {
    Map<String, Integer> parts = new HashMap<>(OpBackward.parts(graph, new Passing(job)::parts));
    if (fusion.tail() != null) {
      int groups = chains.groups(batch);
      fusion.tail().dense().parameters().forEach(each -> parts.put(each.name(), groups));
    }
    return parts;
  }

  private Map<String, UpdateBlocks.Flip> flips(Flipped flipped) {
    Map<String, UpdateBlocks.Flip> flips = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (flipped != null && flipped.place(node) >= 0) {
        Linear linear = Linear.of(graph, node);
        int channels = linear.in().channels();
        int taps = linear.taps() / channels;
        flips.put(
            node.name() + "/kernel",
            new UpdateBlocks.Flip(flipped.place(node), taps, channels, linear.filters()));
      }
    }
    return flips;
  }

  private Step tail(Job job, ForwardPass forward, BackwardPass backward, Gradients gradients) {
    int groups = chains.groups(batch);
    long losses = script.memory().buffer(4L * capacity * groups, "the losses");
    long hits = script.memory().buffer(4L * capacity * groups, "the hits");
    new Classifier(job, forward).train(backward, gradients, losses, hits);
    return new Step(losses, hits, groups, true);
  }

  private Step head() {
    Node head = graph.head();
    int logits = head.inputs().get(0);
    float smoothing = ((Op.SoftmaxCrossEntropy) head.op()).labelSmoothing();
    Memory memory = script.memory();
    long losses = memory.buffer(4L * capacity, "the losses");
    long hits = memory.buffer(4L * capacity, "the hits");
    long sampleLosses = memory.buffer(4L * batch, "the samples' losses");
    long sampleHits = memory.buffer(4L * batch, "the samples' hits");
    Defines defines =
        new Defines()
            .with("CLASSES", graph.classes())
            .with("BATCH", batch)
            .with("SMOOTHING", smoothing);
    String family = "softmax_cross_entropy";
    values.accumulates(logits);
    script
        .stepped(head.name(), head, family, family, defines)
        .buffer(values.value(logits))
        .labels()
        .buffer(indices)
        .buffer(values.gradient(logits))
        .buffer(sampleLosses)
        .buffer(sampleHits)
        .over(Script.striding(batch));
    script
        .stepped(head.name() + " sum", head, family, family + "_sum", defines)
        .buffer(sampleLosses)
        .buffer(sampleHits)
        .buffer(losses)
        .buffer(hits)
        .over(WorkSize.of(1, 64));
    return new Step(losses, hits, 1, false);
  }
}
