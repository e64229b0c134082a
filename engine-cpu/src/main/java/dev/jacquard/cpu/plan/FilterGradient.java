package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.FilterGradKernel;
import dev.jacquard.cpu.kernel.FilterGradSpec;
import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.cpu.thread.Workers;

/**
 * The gradient of a linear op's weights. All of a convolution's weights meet all its images, so
 * each block of the batch is cut into parts, which do not depend on threads, for cores to share the
 * images. A part's sums go on from block to block; in the end the parts' sums are added to the
 * first's, in their order. A part's units are panels, or, where those are too few for the threads,
 * a share of a panel's rows, over one chunk of images after the other.
 */
final class FilterGradient implements WeightGradient {
  /** Parts of a block, if their sums are small enough. */
  private static final int PARTS = 4;

  /** About how many units a thread is to have, so that none waits long for another. */
  private static final int UNITS = 2;

  /** Floats of parts' sums that are soon added up. */
  private static final int SUMS = 160 * 1024;

  /**
   * Floats of images that the second cache holds while a panel's weights go over them. The more,
   * the less often sums are loaded and stored.
   */
  private static final int CACHED = 64 * 1024;

  /** Floats of images that the caches hold. */
  private static final int SHARED = 2304 * 1024;

  private final LinearShape shape;
  private final FilterGradKernel kernel;
  private final Loops loops;
  private final float[] x;
  private final float[] dy;
  private final float[] gradients;
  private final int at;
  private final int[] rowOffsets;
  private final int tiles;
  private final int tilesPerUnit;
  private final int unitsPerPanel;
  private final int batch;
  private final int partImages;
  private final int block;
  private final int bands;
  private final int xBand;
  private final int dyBand;
  private final int chunk;
  private final float[] parts;
  private final Workers.Task merging = this::merge;
  private int merged;

  /**
   * The gradient from a batch's images and their outputs' gradients.
   *
   * @param dy the outputs' gradients; null if {@link #images} is given them
   * @param gradients of all parameters; the weights' begin at {@code at}
   * @param ofPart images of a part; 0 for this to choose
   * @param workers threads to make units for, which change no bits
   */
  FilterGradient(
      LinearShape shape,
      Kernels kernels,
      float[] x,
      float[] dy,
      float[] gradients,
      int at,
      int batch,
      int ofPart,
      int workers,
      Arena arena) {
    this.shape = shape;
    this.kernel = kernels.filterGrad(shape.filterGradient());
    this.loops = kernels.loops();
    this.x = x;
    this.dy = dy;
    this.gradients = gradients;
    this.at = at;
    this.rowOffsets = shape.rowOffsets();
    this.tiles = shape.panelRows() / kernel.tileRows();
    // Where the output is one pixel, no two tiles read the same numbers.
    boolean point = shape.window().outH() * shape.window().outW() == 1;
    int cut = point ? 1 : Math.max(1, Math.min(PARTS, SUMS / shape.floats()));
    this.batch = batch;
    int image = shape.in().image() + shape.gradient().image();
    int fitting = Tiles.roundUp(Math.max(1, SHARED / image), cut);
    this.block = ofPart > 0 ? batch : Math.min(batch, fitting);
    this.partImages = ofPart > 0 ? ofPart : (block + cut - 1) / cut;
    int count = parts(block);
    int ready = count * shape.panels();
    int shares = (UNITS * workers + ready - 1) / ready;
    this.tilesPerUnit = (tiles + shares - 1) / shares;
    this.unitsPerPanel = (tiles + tilesPerUnit - 1) / tilesPerUnit;
    this.bands = shape.window().outH() / shape.bandRows();
    this.xBand = shape.bandRows() * shape.window().strideH() * shape.in().row();
    this.dyBand = shape.bandRows() * shape.gradient().row();
    this.chunk = bands > 1 ? 1 : Math.max(1, CACHED / (point ? 2 * shape.width() : image));
    this.parts =
        count == 1
            ? null
            : arena.vectors((count - 1L) * shape.floats(), "parts of weight gradients");
  }

  /** Images of a part and a block, which one thread adds up in their order. */
  int partImages() {
    return partImages;
  }

  /** Parts of a block of {@code n} images. */
  private int parts(int n) {
    return (n + partImages - 1) / partImages;
  }

  /**
   * All panels' units read all images of their part, and so does the input's gradient: what is more
   * than the caches hold would be fetched from memory each time.
   */
  @Override
  public int block() {
    return block;
  }

  /** A section for each block, and one to add the parts of several panels. */
  @Override
  public int sections() {
    return (batch + block - 1) / block + (parts != null && shape.panels() > 1 ? 1 : 0);
  }

  @Override
  public int units(int n) {
    return parts(n) * shape.panels() * unitsPerPanel;
  }

  @Override
  public void run(int unit, int start, int end, int worker) {
    int part = unit / (shape.panels() * unitsPerPanel);
    int panel = unit / unitsPerPanel % shape.panels();
    int fromTile = unit % unitsPerPanel * tilesPerUnit;
    int count = Math.min(tilesPerUnit, tiles - fromTile);
    int begin = start + part * partImages;
    int last = Math.min(begin + partImages, end);
    for (int first = begin; first < last; first += chunk) {
      int dyAt = shape.gradient().origin() + first * shape.gradient().image();
      add(first, Math.min(chunk, last - first), dy, dyAt, panel, fromTile, count);
    }
  }

  /**
   * Adds the share of some images of a part, those before them being added.
   *
   * @param dyAt the first one's output gradient
   */
  void images(int first, int count, float[] dy, int dyAt) {
    for (int panel = 0; panel < shape.panels(); panel++) {
      add(first, count, dy, dyAt, panel, 0, tiles);
    }
  }

  private void add(
      int first, int images, float[] dy, int dyAt, int panel, int fromTile, int count) {
    int part = first % block / partImages;
    int panelAt = panel * shape.panelRows() * shape.width();
    for (int band = 0; band < bands; band++) {
      kernel.run(
          x,
          shape.first() + first * shape.in().image() + band * xBand,
          dy,
          dyAt + panel * shape.width() + band * dyBand,
          part == 0 ? gradients : parts,
          (part == 0 ? at : partAt(part)) + panelAt,
          rowOffsets,
          fromTile * kernel.tileRows(),
          count,
          images,
          band > 0 || first >= block || first > part * partImages);
    }
  }

  /** Where the sums of a part behind the first begin. */
  private int partAt(int part) {
    return Arena.START + (part - 1) * shape.floats();
  }

  /** Adds the parts to the first, in their order. */
  @Override
  public void merge(Step step) {
    merged = parts(Math.min(step.n, block));
    if (merged > 1) {
      step.workers.runAside(shape.panels(), merging);
    }
  }

  private void merge(int panel, int worker) {
    int floats = shape.panelRows() * shape.width();
    int from = panel * floats;
    for (int part = 1; part < merged; part++) {
      loops.add(parts, partAt(part) + from, gradients, at + from, floats);
    }
  }

  @Override
  public long flops() {
    FilterGradSpec spec = shape.filterGradient();
    long products = (long) batch * bands * spec.height() * spec.width() * shape.rows();
    return 2 * products * shape.out().physical();
  }

  @Override
  public String kernel() {
    return "filter gradient";
  }

  /** Says nothing of units, which threads decide on: the plan's fingerprint must not. */
  @Override
  public String work() {
    return shape.panels()
        + " panels"
        + (parts == null ? "" : " x " + partImages + " images")
        + (block == batch ? "" : " x blocks of " + block + " images");
  }
}
