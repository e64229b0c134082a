package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.thread.Workers;

/**
 * A convolution or dense layer, forward. What can be done with a group of images while it is hot
 * follows at once.
 */
final class LinearForward implements Stage, Workers.Task {
  /** Groups that keep threads busy to the end; of fewer, each panel is a unit of its own. */
  static final int UNITS = 24;

  /** Groups that keep threads busy. */
  private static final int FEW = 8;

  private final Plan.Stage about;
  private final Product product;
  private final int parts;
  private final int groups;
  private final Serial before;
  private final Epilogue epilogue;
  private Step step;

  /** What follows a group of images. */
  interface Epilogue {
    /**
     * Treats what was just computed.
     *
     * @param first first image
     * @param images how many
     * @param channel the first channel computed
     * @param channels how many
     */
    void group(Step step, int first, int images, int channel, int channels, int worker);
  }

  /**
   * A stage whose units are a group, or a panel of one where there are few.
   *
   * @param epilogue may be null
   */
  LinearForward(Plan.Stage about, Product product, int parts, Epilogue epilogue) {
    this(about, product, parts, 1, step -> {}, epilogue);
  }

  /** A stage whose units are {@code groups} groups, one after the other. */
  LinearForward(Plan.Stage about, Product product, int groups, Serial before, Epilogue epilogue) {
    this(about, product, 1, groups, before, epilogue);
  }

  private LinearForward(
      Plan.Stage about, Product product, int parts, int groups, Serial before, Epilogue epilogue) {
    this.about = about;
    this.product = product;
    this.parts = parts;
    this.groups = groups;
    this.before = before;
    this.epilogue = epilogue;
  }

  /**
   * In how many parts the panels are to be computed: one where there are groups enough, and where
   * what follows needs all channels at once.
   */
  static int parts(Product product, int batch) {
    boolean whole = product.passing() || product.groups(batch) >= UNITS;
    return whole ? 1 : product.shape().panels();
  }

  /** Whether so many groups keep threads busy without cutting them. */
  static boolean enough(int groups) {
    return groups >= FEW;
  }

  @Override
  public Plan.Stage describe() {
    return about;
  }

  @Override
  public void run(Step now) {
    before.run(now);
    step = now;
    now.workers.run((product.groups(now.n) + groups - 1) / groups * parts, this);
  }

  @Override
  public void run(int unit, int worker) {
    int count = product.groups(step.n);
    int panels = product.shape().panels() / parts;
    int units = (count + groups - 1) / groups;
    // Units that follow each other share a panel's weights, which are larger than a group's images.
    int panel = unit / units * panels;
    int from = unit % units * groups;
    for (int group = from; group < Math.min(from + groups, count); group++) {
      product.run(group, step.n, panel, panels, worker);
      if (epilogue != null) {
        int width = product.shape().width();
        epilogue.group(
            step,
            group * product.images(),
            product.images(group, step.n),
            panel * width,
            panels * width,
            worker);
      }
    }
  }
}
