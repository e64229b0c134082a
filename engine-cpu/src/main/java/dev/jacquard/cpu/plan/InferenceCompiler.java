package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.ChainKernel;
import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.graph.Chain;
import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes the stages of inference. Normalisation vanishes into the weights, dropout altogether;
 * activation and pooling follow each group of images while it is in the cache.
 */
final class InferenceCompiler {
  private final Blueprint blueprint;
  private final Kernels kernels;
  private final Folded folded;
  private final int batch;
  private final int workers;
  private final Values values;
  private final Costs costs;
  private final WinogradStages winograd;
  private final List<Stage> stages = new ArrayList<>();
  private final Set<Integer> done = new HashSet<>();

  InferenceCompiler(Blueprint blueprint, Folded folded, int batch, int workers, Arena arena) {
    this.blueprint = blueprint;
    this.kernels = blueprint.kernels();
    this.folded = folded;
    this.batch = batch;
    this.workers = workers;
    this.values = new Values(blueprint, arena, batch);
    this.costs = new Costs(blueprint, batch);
    this.winograd = new WinogradStages(blueprint, batch, workers, arena);
  }

  /** The stages up to the logits. */
  List<Stage> compile() {
    for (Blueprint.Block block : blueprint.blocks()) {
      if (!done.contains(block.output())) {
        compile(block);
      }
    }
    return stages;
  }

  /** The head, over the logits. */
  Head head() {
    int logits = blueprint.graph().head().inputs().get(0);
    return new Head(blueprint.value(logits), values.value(logits));
  }

  private void compile(Blueprint.Block block) {
    Node node = block.node();
    LinearShape linear = blueprint.linear(node.id());
    if (block.chain() != null) {
      int input = block.chain().input();
      Images x = Images.resident(values.value(input), blueprint.value(input));
      stages.add(new Follow(block.chain(), x).stage());
    } else if (linear != null) {
      linear(node, linear);
    } else if (node.op() instanceof Op.Input input) {
      Layout layout = blueprint.value(0);
      stages.add(
          new Gather(input, layout, values.value(0))
              .stage(costs.pass("gather", List.of(node.name()), "copy", 1, layout)));
    } else if (node.op() instanceof CustomOp) {
      CustomStages custom =
          new CustomStages(
              blueprint,
              node,
              node.inputs().stream().map(this::rows).toList(),
              rows(node.id()),
              folded.weights(),
              batch,
              false,
              values.arena());
      stages.add(custom.forward(pass(node, "plug-in")));
    } else if (!(node.op() instanceof Op.SoftmaxCrossEntropy) && !blueprint.isView(node.id())) {
      plain(node);
    }
  }

  private void plain(Node node) {
    PlainOp op = node.op().accept(new PlainOps(blueprint, node, values, 0));
    stages.add(
        new ImagesStage(
            pass(node, "plain"),
            blueprint.value(node.inputs().get(0)).image(),
            (step, first, count, worker) -> {
              for (int i = first; i < first + count; i++) {
                op.forward(i);
              }
            }));
  }

  private void linear(Node node, LinearShape shape) {
    Chain follower = follower(node.id());
    boolean vanishes = follower != null && blueprint.normalised(node.id()) && follower.vanishes();
    LinearProduct.Arrays arrays =
        new LinearProduct.Arrays(
            values.value(node.inputs().get(0)),
            folded.weights(),
            blueprint.place(node.name() + "/kernel").at(),
            folded.bias(node.id()),
            0);
    int output = vanishes ? follower.output() : node.id();
    boolean passing = follower != null && !vanishes && whole(node, shape);
    Product product = passing ? passing(node, shape, arrays) : kept(node, shape, arrays, output);
    int parts = LinearForward.parts(product, batch);
    Follow follow = follower == null || vanishes ? null : new Follow(follower, product.to());
    List<String> ops = new ArrayList<>(List.of(node.name()));
    if (passing || vanishes) {
      follower.nodes().forEach(member -> ops.add(member.name()));
    }
    LinearForward.Epilogue epilogue =
        (step, first, images, channel, channels, worker) -> follow.run(first, images, worker);
    stages.add(
        new LinearForward(
            costs.linear(
                node.name(),
                ops,
                product,
                parts,
                passing ? blueprint.value(follower.output()) : null),
            product,
            parts,
            passing ? epilogue : null));
    if (follow != null && !passing) {
      stages.add(follow.stage());
    }
    if (follower != null) {
      done.add(follower.output());
    }
  }

  /** Whether groups of images with all their channels are the units, few as they may be. */
  private boolean whole(Node node, LinearShape shape) {
    WinogradTiling tiling = blueprint.winograd().outputs(node);
    if (tiling != null) {
      int images = tiling.images(kernels);
      return shape.panels() == 1 || LinearForward.enough((batch + images - 1) / images);
    }
    int groups = shape.forward(shape.out(), kernels, batch).tiles().groups(batch);
    return shape.panels() == 1 || LinearForward.enough(groups);
  }

  private Product passing(Node node, LinearShape shape, LinearProduct.Arrays arrays) {
    WinogradWeights weights = folded.transformed(node.id());
    return weights != null
        ? winograd.passing(node, weights, arrays)
        : LinearProduct.passing(
            shape, kernels, arrays, batch, workers, node.name(), values.arena());
  }

  private Product kept(Node node, LinearShape shape, LinearProduct.Arrays arrays, int output) {
    WinogradWeights weights = folded.transformed(node.id());
    float[] to = values.value(output);
    Layout layout = blueprint.value(output);
    return weights != null
        ? winograd.kept(node, weights, arrays, to, layout)
        : LinearProduct.kept(shape, kernels, arrays, to, layout, batch);
  }

  /** The chain that alone reads a linear op's output, if it can be merged with the op. */
  private Chain follower(int id) {
    if (!blueprint.fuse() || !blueprint.overwritten(id)) {
      return null;
    }
    int consumer = blueprint.graph().consumers(id).get(0);
    return blueprint.blocks().stream()
        .filter(block -> block.node().id() == consumer)
        .map(Blueprint.Block::chain)
        .findAny()
        .orElse(null);
  }

  /** A chain in inference. */
  private final class Follow {
    private final Chain chain;
    private final ChainKernel kernel;
    private final Images x;
    private final Rows y;
    private final float[] coefficients;

    Follow(Chain chain, Images x) {
      this.chain = chain;
      this.coefficients = folded.coefficients(chain);
      this.x = x;
      this.y = rows(chain.output());
      this.kernel =
          kernels.chain(ChainSpecs.inference(chain, x.layout(), y.layout(), coefficients != null));
    }

    void run(int first, int images, int worker) {
      for (int i = first; i < first + images; i++) {
        kernel.forward(
            x.array(worker),
            x.at(i, first),
            coefficients,
            null,
            y.values(),
            y.at(i, 0, 0),
            null,
            null,
            0);
      }
    }

    Stage stage() {
      return new ImagesStage(
          costs.pass(
              chain.nodes().get(0).name(),
              chain.nodes().stream().map(Node::name).toList(),
              "chain, " + kernels.description(),
              4,
              x.layout(),
              y.layout()),
          x.layout().image(),
          (step, first, count, worker) -> run(first, count, worker));
    }
  }

  private Rows rows(int id) {
    return new Rows(values.value(id), blueprint.value(id));
  }

  private Plan.Stage pass(Node node, String kernel) {
    return costs.pass(
        node.name(),
        List.of(node.name()),
        kernel,
        1,
        blueprint.value(node.inputs().get(0)),
        blueprint.value(node.id()));
  }
}
