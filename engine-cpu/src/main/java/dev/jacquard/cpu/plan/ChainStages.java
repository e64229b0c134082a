package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.ChainGradKernel;
import dev.jacquard.cpu.kernel.ChainKernel;
import dev.jacquard.cpu.kernel.ChainSpec;
import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.graph.Chain;

/**
 * A chain in training: its forward and backward stages, and what they share. Where its input is
 * passing, the forward stage computes it, and the backward stages do without.
 */
final class ChainStages {
  private final Blueprint blueprint;
  private final Chain chain;
  private final ChainSpec spec;
  private final ChainKernel kernel;
  private final ChainGradKernel backward;
  private final Loops loops;
  private final Layout in;
  private final Layout out;
  private final Images x;
  private final LinearProduct again;
  private final float[] y;
  private final float[] state;
  private final Norm norm;
  private final BatchMoments moments;
  private final int kept;
  private final int[] codes;
  private final float[] picked;
  private final Draws draws;
  private final int[][] words;
  private final int[][] scratch;
  private float[] gradient;
  private Totals totals;

  /**
   * Binds the arrays.
   *
   * @param x the chain's input
   * @param again what computes a passing input; null for one that is kept
   * @param moments of the chain's input, if a normalisation needs them
   */
  ChainStages(
      Blueprint blueprint,
      Chain chain,
      Images x,
      LinearProduct again,
      Values values,
      float[] state,
      BatchMoments moments,
      int batch,
      int workers) {
    Arena arena = values.arena();
    int lanes = blueprint.kernels().lanes();
    this.blueprint = blueprint;
    this.chain = chain;
    this.in = x.layout();
    this.out = blueprint.value(chain.output());
    this.x = x;
    this.again = again;
    this.y = values.value(chain.output());
    this.state = state;
    Layout dx = blueprint.gradient(chain.input());
    this.spec = ChainSpecs.training(chain, in, out, dx, lanes, again == null);
    this.kernel = blueprint.kernels().chain(spec);
    this.backward =
        blueprint.kernels().chainGrad(again == null ? spec : ChainSpecs.withoutNorm(spec));
    this.loops = blueprint.kernels().loops();
    this.norm =
        chain.norm() == null ? null : new Norm(blueprint, chain.norm(), in.physical(), arena);
    this.moments = moments;
    this.kept = spec.outHeight() * spec.outWidth() * spec.channels();
    String what = "what the backward pass of " + chain.nodes().get(0).name() + " keeps";
    this.codes = spec.codes() ? arena.intVectors((long) batch * kept, what) : null;
    this.picked = spec.picks() ? arena.vectors((long) batch * kept, what) : null;
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

  /** What computes the chain's input when it is needed; null where it is kept. */
  LinearProduct again() {
    return again;
  }

  /** The stage that runs the chain. */
  Stage forward(Plan.Stage about) {
    return again == null
        ? new ImagesStage(about, in.image(), this::merge, this::forward)
        : new LinearForward(
            about,
            again,
            1,
            this::merge,
            (step, first, images, channel, channels, worker) ->
                forward(step, first, images, worker));
  }

  private void merge(Step step) {
    if (norm != null) {
      moments.merge(step);
      norm.byBatch(state, moments);
    }
  }

  /** Where the codes and picked numbers of an image begin. */
  private int keptAt(int image) {
    return Arena.START + image * kept;
  }

  private float[] coefficients() {
    return norm == null ? null : norm.coefficients();
  }

  private void forward(Step step, int first, int count, int worker) {
    for (int i = first; i < first + count; i++) {
      if (draws != null) {
        draws.fill(
            loops, step.seed, step.position + i, (int) step.number, words[worker], scratch[worker]);
      }
      kernel.forward(
          x.array(worker),
          x.at(i, first),
          coefficients(),
          words[worker],
          y,
          out.origin() + i * out.image(),
          codes,
          picked,
          keptAt(i));
    }
  }

  /**
   * The stage that sums what the normalisation's gradient needs; null if there is nothing to do, or
   * if who calls {@link #spread} calls {@link #reduce}, too. To be called before the other stages
   * of the backward pass are made.
   *
   * @param ofOutput the gradient of the chain's output
   */
  Stage sums(Plan.Stage about, float[] ofOutput, int batch, Arena arena) {
    gradient = ofOutput;
    if (norm == null) {
      return null;
    }
    totals = new Totals(2 * in.physical(), batch, arena);
    return again != null
        ? null
        : new ImagesStage(about, spec.picks() ? kept : in.image(), this::reduce);
  }

  /** The sums over each of some images. */
  void reduce(Step step, int first, int count, int worker) {
    Layout layout = blueprint.gradient(chain.output());
    for (int i = first; i < first + count; i++) {
      backward.reduce(
          x.array(worker),
          x.at(i, first),
          coefficients(),
          gradient,
          layout.origin() + i * layout.image(),
          codes,
          picked,
          keptAt(i),
          totals.partial(),
          i * 2 * in.physical());
    }
  }

  /**
   * The parameters' gradients from the sums: before {@link #spread}, but after it and all else if
   * the input is passing, as the gradient of what computes it then becomes complete.
   */
  void finish(Step step, float[] gradients) {
    if (norm != null) {
      double[] sums = totals.merge(step.n);
      double count = (double) step.n * in.pixels();
      if (moments instanceof PatchMoments patches) {
        patches.sums(sums, gradients);
        norm.backward(sums, count, gradients);
        patches.finish(sums, norm, gradients);
      } else {
        norm.backward(sums, count, gradients);
      }
    }
  }

  /** Writes the gradient of some images of the chain's input to {@code dx}. */
  void spread(Images dx, int first, int count, int worker) {
    Layout layout = blueprint.gradient(chain.output());
    for (int i = first; i < first + count; i++) {
      backward.backward(
          x.array(worker),
          x.at(i, first),
          coefficients(),
          gradient,
          layout.origin() + i * layout.image(),
          codes,
          keptAt(i),
          dx.array(worker),
          dx.at(i, first));
    }
  }
}
