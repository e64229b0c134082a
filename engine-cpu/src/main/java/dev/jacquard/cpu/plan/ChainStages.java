package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.ChainKernel;
import dev.jacquard.cpu.kernel.ChainSpec;
import dev.jacquard.cpu.kernel.Loops;
import java.util.ArrayList;
import java.util.List;

/** A chain in training: its forward and backward stages, and what they share. */
final class ChainStages {
  private final Blueprint blueprint;
  private final Chain chain;
  private final ChainSpec spec;
  private final ChainKernel kernel;
  private final Loops loops;
  private final Layout in;
  private final Layout out;
  private final float[] x;
  private final float[] y;
  private final float[] state;
  private final Norm norm;
  private final Moments moments;
  private final int kept;
  private final int[] codes;
  private final float[] picked;
  private final Draws draws;
  private final int[][] words;
  private final int[][] scratch;

  /**
   * Binds the arrays.
   *
   * @param moments of the chain's input, if a normalisation needs them
   */
  ChainStages(
      Blueprint blueprint,
      Chain chain,
      Values values,
      float[] state,
      Moments moments,
      int batch,
      int workers) {
    Arena arena = values.arena();
    int lanes = blueprint.kernels().lanes();
    this.blueprint = blueprint;
    this.chain = chain;
    this.in = blueprint.value(chain.input());
    this.out = blueprint.value(chain.output());
    this.x = values.value(chain.input());
    this.y = values.value(chain.output());
    this.state = state;
    this.spec = chain.training(in, out, blueprint.gradient(chain.input()), lanes);
    this.kernel = blueprint.kernels().chain(spec);
    this.loops = blueprint.kernels().loops();
    this.norm =
        chain.norm() == null ? null : new Norm(blueprint, chain.norm(), in.physical(), arena);
    this.moments = moments;
    this.kept = spec.outHeight() * spec.outWidth() * spec.channels();
    String what = "what the backward pass of " + chain.nodes().get(0).name() + " keeps";
    this.codes = spec.codes() ? arena.ints((long) batch * kept, what) : null;
    this.picked = spec.picks() ? arena.floats((long) batch * kept, what) : null;
    this.draws =
        chain.dropout() == null
            ? null
            : new Draws(chain.dropping(), in, lanes, chain.dropout().id());
    this.words = new int[workers][];
    this.scratch = new int[workers][];
    for (int worker = 0; draws != null && worker < workers; worker++) {
      words[worker] = arena.ints(draws.words(), "dropout draws");
      scratch[worker] = arena.ints(draws.scratch(), "dropout draws");
    }
  }

  /** The stage that runs the chain. */
  Stage forward(Plan.Stage about) {
    return new ImagesStage(about, in.image(), this::merge, this::forward);
  }

  private void merge(Step step) {
    if (norm != null) {
      moments.merge(step.n);
      norm.byBatch(state, moments, step.n);
    }
  }

  private void forward(Step step, int first, int count, int worker) {
    for (int i = first; i < first + count; i++) {
      if (draws != null) {
        draws.fill(
            loops, step.seed, step.position + i, (int) step.number, words[worker], scratch[worker]);
      }
      kernel.forward(
          x,
          in.origin() + i * in.image(),
          norm == null ? null : norm.coefficients(),
          words[worker],
          y,
          out.origin() + i * out.image(),
          codes,
          picked,
          i * kept);
    }
  }

  /**
   * The stages of the backward pass.
   *
   * @param gradient of the chain's output
   * @param dx receives the gradient of its input; null if nobody needs it
   * @param gradients of the parameters
   */
  List<Stage> backward(
      List<Plan.Stage> about,
      float[] gradient,
      float[] dx,
      float[] gradients,
      int batch,
      Arena arena) {
    Layout gradientLayout = blueprint.gradient(chain.output());
    List<Stage> stages = new ArrayList<>();
    Totals totals = null;
    if (norm != null) {
      totals = new Totals(2 * in.physical(), batch, arena);
      float[] partial = totals.partial();
      stages.add(
          new ImagesStage(
              about.get(0),
              kept,
              (step, first, count, worker) -> {
                for (int i = first; i < first + count; i++) {
                  kernel.reduce(
                      x,
                      in.origin() + i * in.image(),
                      norm.coefficients(),
                      gradient,
                      gradientLayout.origin() + i * gradientLayout.image(),
                      codes,
                      picked,
                      i * kept,
                      partial,
                      i * 2 * in.physical());
                }
              }));
    }
    stages.add(spread(about.get(1), gradient, dx, gradients, totals));
    return stages;
  }

  private Stage spread(
      Plan.Stage about, float[] gradient, float[] dx, float[] gradients, Totals totals) {
    Layout gradientLayout = blueprint.gradient(chain.output());
    Layout to = blueprint.gradient(chain.input());
    ImagesStage.Before before =
        step -> {
          if (norm != null) {
            norm.backward(totals.merge(step.n), (double) step.n * in.pixels(), gradients);
          }
        };
    return new ImagesStage(
        about,
        in.image(),
        before,
        (step, first, count, worker) -> {
          for (int i = first; dx != null && i < first + count; i++) {
            kernel.backward(
                x,
                in.origin() + i * in.image(),
                norm == null ? null : norm.coefficients(),
                gradient,
                gradientLayout.origin() + i * gradientLayout.image(),
                codes,
                i * kept,
                dx,
                to.origin() + i * to.image());
          }
        });
  }
}
