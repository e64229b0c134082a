package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.FilterGradKernel;
import dev.jacquard.cpu.kernel.FilterGradSpec;
import java.util.Arrays;

/**
 * The gradient of a linear op's weights. A unit is a share of a panel's rows, over a block of
 * images, one block after the other: each number is summed in the order of the images. Where that
 * makes too few units, as for a first layer with few rows, the batch is cut into fixed parts, whose
 * sums are added afterwards.
 */
final class FilterGradient implements WeightGradient {
  /** Units that keep threads busy. */
  private static final int UNITS = 8;

  /** Floats of images that a core's cache holds besides the weights. */
  private static final int CACHED = 64 * 1024;

  /** Floats of images that the cores' common cache holds. */
  private static final int SHARED = 1024 * 1024;

  private final LinearShape shape;
  private final FilterGradKernel kernel;
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
  private final int chunk;
  private final float[] parts;

  /**
   * The gradient from a batch's images and their outputs' gradients.
   *
   * @param dy the outputs' gradients; null if {@link #images} is given them
   * @param gradients of all parameters; the weights' begin at {@code at}
   * @param ofPart images of a part; 0 for what keeps threads busy
   */
  FilterGradient(
      LinearShape shape,
      FilterGradKernel kernel,
      float[] x,
      float[] dy,
      float[] gradients,
      int at,
      int batch,
      int ofPart,
      Arena arena) {
    this.shape = shape;
    this.kernel = kernel;
    this.x = x;
    this.dy = dy;
    this.gradients = gradients;
    this.at = at;
    this.rowOffsets = shape.rowOffsets();
    this.tiles = shape.panelRows() / kernel.tileRows();
    int wanted = Math.max(1, 2 * UNITS / shape.panels());
    this.tilesPerUnit = Math.max(1, (tiles + wanted - 1) / wanted);
    this.unitsPerPanel = (tiles + tilesPerUnit - 1) / tilesPerUnit;
    int perPart = unitsPerPanel * shape.panels();
    int cut = (UNITS + perPart - 1) / perPart;
    this.batch = batch;
    this.partImages = ofPart > 0 ? ofPart : (batch + cut - 1) / cut;
    int image = shape.in().image() + shape.gradient().image();
    this.chunk = Math.max(1, CACHED / image);
    this.block = Math.min(batch, Math.max(1, SHARED / image));
    int count = (batch + partImages - 1) / partImages;
    this.parts =
        count == 1
            ? null
            : arena.floats((long) count * shape.floats(), "parts of weight gradients");
  }

  /** Images of a part, which one thread adds up in their order. */
  int partImages() {
    return partImages;
  }

  private int parts(int n) {
    return (n + partImages - 1) / partImages;
  }

  /**
   * All units read all images: where they are more than the cores' common cache holds, each unit
   * would fetch them from memory.
   */
  @Override
  public int block() {
    return parts == null ? block : batch;
  }

  @Override
  public boolean leads() {
    return false;
  }

  /** A section for each block. */
  @Override
  public int sections() {
    return (batch + block() - 1) / block();
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
    int part = parts == null ? 0 : first / partImages;
    int panelAt = panel * shape.panelRows() * shape.width();
    kernel.run(
        x,
        shape.first() + first * shape.in().image(),
        dy,
        dyAt + panel * shape.width(),
        parts == null ? gradients : parts,
        (parts == null ? at : part * shape.floats()) + panelAt,
        rowOffsets,
        fromTile * kernel.tileRows(),
        count,
        images,
        first > part * partImages);
  }

  /** Adds the parts up, in their order. */
  @Override
  public void merge(Step step) {
    if (parts != null) {
      int floats = shape.floats();
      System.arraycopy(parts, 0, gradients, at, floats);
      for (int part = 1; part < parts(step.n); part++) {
        for (int i = 0; i < floats; i++) {
          gradients[at + i] += parts[part * floats + i];
        }
      }
    }
  }

  @Override
  public long flops() {
    FilterGradSpec spec = shape.filterGradient();
    long products = (long) batch * spec.height() * spec.width() * shape.rows();
    return 2 * products * shape.out().physical();
  }

  @Override
  public String kernel() {
    return "filter gradient";
  }

  @Override
  public String work() {
    return Arrays.toString(new int[] {shape.panels(), unitsPerPanel})
        + " panels x row blocks"
        + (parts != null
            ? " x " + partImages + " images"
            : sections() > 1 ? " x blocks of " + block + " images" : "");
  }
}
