package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The linear ops in training: their stages, and what the chains behind them need of them. */
final class LinearStages {
  /** Parts of a batch that keep threads busy where a part's sums are few. */
  private static final int PARTS = 48;

  private final Blueprint blueprint;
  private final Kernels kernels;
  private final TrainingPlan.State state;
  private final int batch;
  private final int workers;
  private final Values values;
  private final Costs costs;
  private final GradientTargets targets;
  private final WinogradStages winograd;
  private final Transposition transposition;
  private final Map<Integer, LinearProduct> passing = new HashMap<>();
  private final Map<Integer, BatchMoments> moments = new HashMap<>();

  LinearStages(
      Blueprint blueprint,
      TrainingPlan.State state,
      int batch,
      int workers,
      Values values,
      Costs costs,
      GradientTargets targets) {
    this.blueprint = blueprint;
    this.kernels = blueprint.kernels();
    this.state = state;
    this.batch = batch;
    this.workers = workers;
    this.values = values;
    this.costs = costs;
    this.targets = targets;
    this.winograd = new WinogradStages(blueprint, batch, workers, values.arena());
    this.transposition =
        new Transposition(
            costs.parameters("transpose weights", "copy", 0, 2), kernels.loops(), state.values());
  }

  /** Runs before all other stages, if needed; complete once they are made. */
  Transposition transposition() {
    return transposition;
  }

  /** What computes this output for the chain behind it; null if it is kept. */
  LinearProduct passing(int id) {
    return passing.get(id);
  }

  /** The moments of this output; null if its own stages do not make them. */
  BatchMoments moments(int id) {
    return moments.get(id);
  }

  /** The stages of an op forward; none if its output is passing. */
  List<Stage> forward(Node node, LinearShape shape) {
    if (blueprint.passing(node.id())) {
      passing(node, shape);
      return List.of();
    }
    Product product = product(node, shape);
    int parts = LinearForward.parts(product, batch);
    LinearForward.Epilogue epilogue = null;
    List<String> ops = List.of(node.name());
    if (blueprint.normalised(node.id())) {
      Moments of = new Moments(kernels, product.to(), product.images(), batch, values.arena());
      moments.put(node.id(), of);
      epilogue =
          (step, first, images, channel, channels, worker) ->
              of.group(first, images, channel, channels, worker);
      ops = List.of(node.name(), "statistics");
    }
    return List.of(
        new LinearForward(
            costs.linear(node.name() + " forward", ops, product, parts, null),
            product,
            parts,
            epilogue));
  }

  private Product product(Node node, LinearShape shape) {
    LinearProduct.Arrays arrays = arrays(node, shape);
    WinogradWeights weights = WinogradStages.weights(blueprint, node, workers, values.arena());
    if (weights != null) {
      transposition.add(weights, shape, arrays.wAt());
      return winograd.kept(node, weights, arrays, values.value(node.id()), shape.out());
    }
    return LinearProduct.kept(shape, kernels, arrays, values.value(node.id()), shape.out(), batch);
  }

  /** What the chain behind a linear op needs to compute it. */
  private void passing(Node node, LinearShape shape) {
    LinearProduct.Arrays arrays = arrays(node, shape);
    passing.put(
        node.id(),
        LinearProduct.passing(shape, kernels, arrays, batch, workers, node.name(), values.arena()));
    moments.put(
        node.id(),
        new PatchMoments(kernels, blueprint.graph().input(), shape, arrays, values.arena()));
  }

  private LinearProduct.Arrays arrays(Node node, LinearShape shape) {
    boolean bias = node.parameters().size() > 1;
    return new LinearProduct.Arrays(
        values.value(node.inputs().get(0)),
        state.values(),
        blueprint.place(node.name() + "/kernel").at(),
        bias ? state.values() : values.arena().floats(shape.out().physical(), "zeros"),
        bias ? blueprint.place(node.name() + "/bias").at() : 0);
  }

  /** The stages of an op backward; none if its output is passing. */
  List<Stage> backward(Node node, LinearShape shape) {
    if (blueprint.passing(node.id())) {
      return List.of();
    }
    float[] dy = values.gradient(node.id());
    WeightGradient filter =
        winograd.filter(node, values.value(node.inputs().get(0)), dy, state.gradients());
    if (filter == null) {
      filter = filter(node, shape, dy, 0);
    }
    Rows dx = targets.target(node.inputs().get(0));
    InputGradient data = null;
    if (dx != null) {
      data = winograd.data(node, dy, dx);
      if (data == null) {
        data =
            new DataGradient(shape, dx.layout(), kernels, dy, dx.values(), batch, values.arena());
      }
      transposition.add(data, blueprint.place(node.name() + "/kernel").at());
    }
    List<Stage> stages = new ArrayList<>();
    stages.add(
        new LinearBackward(
            costs.linearBackward(node.name() + " backward", shape, filter, data), filter, data));
    if (node.parameters().size() > 1 && !blueprint.biasIsIdle(node.id())) {
      stages.add(
          new BiasGradient(
                  kernels.loops(),
                  new Rows(dy, shape.gradient()),
                  state.gradients(),
                  blueprint.place(node.name() + "/bias").at(),
                  batch,
                  values.arena())
              .stage(
                  costs.pass(
                      node.name() + " bias", List.of(node.name()), "sums", 1, shape.gradient())));
    }
    return stages;
  }

  /** Backward through a chain and the op before it, whose output is passing. */
  Stage passingBackward(Node node, ChainStages made, Plan.Stage about) {
    int part = (batch + PARTS - 1) / PARTS;
    FilterGradient filter = filter(node, made.again().shape(), null, part);
    Images dx = made.again().to();
    ImagesStage.Body body =
        (step, first, count, worker) -> {
          for (int i = first; i < first + count; i++) {
            made.spread(dx, i, 1, worker);
            made.reduce(step, i, 1, worker);
            filter.images(i, 1, dx.array(worker), dx.at(i, i));
          }
        };
    return new Sequel(
        ImagesStage.inUnits(
            part, costs.filter(about, node.name(), made.again().shape(), filter), body),
        filter.sections() - 1,
        step -> {
          filter.merge(step);
          made.finish(step, state.gradients());
        });
  }

  private FilterGradient filter(Node node, LinearShape shape, float[] dy, int ofPart) {
    return new FilterGradient(
        shape,
        kernels,
        values.value(node.inputs().get(0)),
        dy,
        state.gradients(),
        blueprint.place(node.name() + "/kernel").at(),
        batch,
        ofPart,
        workers,
        values.arena());
  }
}
