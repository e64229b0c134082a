package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.kernel.Loops;
import java.util.List;

/**
 * The gradient of a linear op's input: matrix products of the output's gradient with the flipped
 * and transposed weights, of which this keeps a copy.
 */
final class DataGradient implements InputGradient {
  /** Fewer panels than this are not units on their own. */
  private static final int FEW = 8;

  /** Shares of the panels at most. */
  private static final int SHARES = 16;

  private final LinearShape shape;
  private final Layout to;
  private final List<LinearShape.DataPass> passes;
  private final float[] dy;
  private final float[] dx;
  private final float[] zeros;
  private final FlippedWeights weights;
  private final int shares;

  /**
   * Whether a unit is one group; otherwise its panels' weights stay in the cache for all groups.
   */
  private final boolean grouped;

  private final int panels;
  private final int width;
  private final boolean gaps;

  DataGradient(
      LinearShape shape, Layout to, Kernels with, float[] dy, float[] dx, int batch, Arena arena) {
    this.shape = shape;
    this.to = to;
    this.dy = dy;
    this.dx = dx;
    this.passes = shape.dataPasses(to, with, batch);
    // Where the stride is larger than the kernel, some inputs meet no weight.
    int phases =
        Math.min(shape.window().strideH(), to.height())
            * Math.min(shape.window().strideW(), to.width());
    this.gaps = passes.size() < phases;
    this.weights = new FlippedWeights(shape, to, passes, arena);
    this.width = weights.width();
    this.panels = weights.panels();
    this.zeros = arena.floats(width, "zeros");
    boolean few =
        passes.stream().anyMatch(pass -> pass.rows().tiles().groups(batch) < LinearForward.UNITS);
    this.shares = few ? Math.min(panels, SHARES) : 1;
    this.grouped = !few || panels < FEW;
  }

  @Override
  public int prepareUnits() {
    return weights.units();
  }

  @Override
  public void prepare(int unit, float[] state, int at, Loops loops, int worker) {
    weights.copy(unit, state, at, loops);
  }

  @Override
  public void clear(int n) {
    if (gaps) {
      java.util.Arrays.fill(dx, Arena.START, Arena.START + n * to.image(), 0f);
    }
  }

  @Override
  public int units(int start, int end) {
    int units = 0;
    for (int i = 0; i < passes.size(); i++) {
      units += units(i, start, end);
    }
    return units;
  }

  private int units(int pass, int start, int end) {
    Tiles tiles = passes.get(pass).rows().tiles();
    return shares * (grouped ? tiles.groups(end) - tiles.groups(start) : 1);
  }

  @Override
  public void run(int unit, int start, int end, int n, int worker) {
    int number = 0;
    int left = unit;
    while (left >= units(number, start, end)) {
      left -= units(number, start, end);
      number++;
    }
    Tiles tiles = passes.get(number).rows().tiles();
    int from = tiles.groups(start);
    int to = tiles.groups(end);
    int share = left;
    if (grouped) {
      share = left / (to - from);
      from += left % (to - from);
      to = from + 1;
    }
    for (int panel = panels * share / shares; panel < panels * (share + 1) / shares; panel++) {
      for (int group = from; group < to; group++) {
        product(number, group, n, panel);
      }
    }
  }

  private void product(int number, int group, int n, int panel) {
    LinearShape.DataPass pass = passes.get(number);
    Tiles tiles = pass.rows().tiles();
    int first = group * tiles.images();
    pass.rows()
        .kernel()
        .run(
            dy,
            pass.first() + first * shape.gradient().image(),
            weights.values(),
            weights.at(number, panel),
            zeros,
            0,
            dx,
            pass.to() + first * to.image() + panel * width,
            tiles.in(),
            tiles.out(),
            0,
            tiles.tiles(tiles.images(group, n)));
  }

  /** As many as a filter gradient's: what padding adds is not counted. */
  @Override
  public long flops(int batch) {
    long products = (long) batch * shape.window().outH() * shape.window().outW() * shape.rows();
    return 2 * products * shape.out().physical();
  }

  @Override
  public String kernel() {
    return "data gradient";
  }
}
