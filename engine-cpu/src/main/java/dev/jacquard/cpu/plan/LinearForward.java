package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.GemmKernel;
import dev.jacquard.cpu.thread.Workers;

/**
 * A convolution or dense layer, forward. What can be done with a group of images while it is hot
 * follows at once.
 */
final class LinearForward implements Stage, Workers.Task {
  /** Fewer groups than this do not keep threads busy: then each panel is a unit of its own. */
  private static final int FEW = 8;

  private final Plan.Stage about;
  private final LinearShape shape;
  private final GemmKernel kernel;
  private final Tiles tiles;
  private final Layout to;
  private final Arrays arrays;
  private final int parts;
  private final Epilogue epilogue;
  private int n;

  /** Where inputs, weights, bias and outputs are. */
  @SuppressWarnings("ArrayRecordComponent") // shared on purpose, never compared
  record Arrays(float[] x, float[] w, int wAt, float[] bias, int biasAt, float[] out) {}

  /** What follows a group of images. */
  interface Epilogue {
    /**
     * Treats what was just computed.
     *
     * @param group its number
     * @param first first image
     * @param images how many
     * @param channel the first channel computed
     * @param channels how many
     */
    void group(int group, int first, int images, int channel, int channels, int worker);
  }

  LinearForward(
      Plan.Stage about,
      LinearShape shape,
      GemmKernel kernel,
      Layout to,
      Arrays arrays,
      int parts,
      Epilogue epilogue) {
    this.about = about;
    this.shape = shape;
    this.kernel = kernel;
    this.tiles = shape.tiles(kernel.tileRows(), to);
    this.to = to;
    this.arrays = arrays;
    this.parts = parts;
    this.epilogue = epilogue;
  }

  /** In how many parts the panels are to be computed: one where there are groups enough. */
  static int parts(LinearShape shape, Tiles tiles, int batch) {
    return tiles.groups(batch) < FEW ? shape.panels() : 1;
  }

  @Override
  public Plan.Stage describe() {
    return about;
  }

  @Override
  public void run(Step step) {
    n = step.n;
    step.workers.run(tiles.groups(n) * parts, this);
  }

  @Override
  public void run(int unit, int worker) {
    int panels = shape.panels() / parts;
    // Units that follow each other share a panel's weights, which are larger than a group's images.
    int group = unit % tiles.groups(n);
    int panel = unit / tiles.groups(n) * panels;
    int first = group * tiles.images();
    int images = tiles.images(group, n);
    int width = shape.width();
    for (int p = panel; p < panel + panels; p++) {
      kernel.run(
          arrays.x,
          shape.first() + first * shape.in().image(),
          arrays.w,
          arrays.wAt + p * shape.panelRows() * width,
          arrays.bias,
          arrays.biasAt + p * width,
          arrays.out,
          to.origin() + first * to.image() + p * width,
          tiles.in(),
          tiles.out(),
          0,
          tiles.tiles(images));
    }
    if (epilogue != null) {
      epilogue.group(group, first, images, panel * width, panels * width, worker);
    }
  }
}
