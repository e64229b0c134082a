package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Optimizer;
import dev.jacquard.opencl.binding.WorkSize;
import java.util.List;

/** How an optimiser becomes a launch, and its rate two numbers a step. */
final class UpdateRule {
  private final Optimizer optimizer;

  UpdateRule(Optimizer optimizer) {
    this.optimizer = optimizer;
  }

  /** What the kernel multiplies its step by: the rate, with Adam's correction in it. */
  float rate(double rate, long step) {
    return (float) (rate * optimizer.correction(step + 1));
  }

  /** What share of the weights decays in the step. */
  float decay(double rate) {
    return (float) (rate * optimizer.weightDecay());
  }

  /**
   * Adds the update of all trainable parameters.
   *
   * @param flipped where kernels are also stored flipped; any buffer if none is
   */
  void compile(
      Script script,
      long rates,
      State state,
      Gradients gradients,
      UpdateBlocks blocks,
      List<Long> slots,
      long flipped) {
    if (blocks.count() == 0) {
      return;
    }
    long floats = state.places().trainable();
    String kernel = slots.size() == 2 ? "adam" : slots.size() == 1 ? "momentum" : "sgd";
    Launch launch =
        script
            .launch("update", null, UpdateCut.FAMILY, kernel, blocks.cut().into(defines()))
            .buffer(rates)
            .step()
            .buffer(blocks.upload(script))
            .number(blocks.count())
            .buffer(state.buffer())
            .buffer(gradients.buffer());
    slots.forEach(launch::buffer);
    launch
        .buffer(flipped)
        .over(WorkSize.of(blocks.count(), blocks.cut().group()))
        .costs(12 * floats, 4 * (gradients.floats() + 2L * (1 + slots.size()) * floats));
  }

  /** The launch that fills {@code flipped} from the parameters: before the first step. */
  Launch flip(Script script, State state, UpdateBlocks blocks, long flipped) {
    return script
        .apart("flip", UpdateCut.FAMILY, "flip_weights", blocks.cut().into(defines()))
        .buffer(blocks.upload(script))
        .number(blocks.count())
        .buffer(state.buffer())
        .buffer(flipped)
        .over(WorkSize.of(blocks.count(), blocks.cut().group()));
  }

  private Defines defines() {
    if (optimizer instanceof Optimizer.Moments moments) {
      return new Defines()
          .with("KEEP_M", (float) moments.beta1())
          .with("TAKE_M", (float) (1 - moments.beta1()))
          .with("KEEP_V", (float) moments.beta2())
          .with("TAKE_V", (float) (1 - moments.beta2()))
          .with("EPSILON", (float) moments.epsilon());
    }
    Optimizer.Sgd sgd = (Optimizer.Sgd) optimizer;
    return new Defines().with("MOMENTUM", (float) sgd.momentum()).with("NESTEROV", sgd.nesterov());
  }
}
