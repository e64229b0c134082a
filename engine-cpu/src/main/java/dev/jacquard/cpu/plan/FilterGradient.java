package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.FilterGradKernel;
import java.util.Arrays;

/**
 * The gradient of a linear op's weights. A unit is a share of a panel's rows, over all images: each
 * number is summed by one thread in the order of the images. Where that makes too few units, as for
 * a first layer with few rows, the batch is cut into fixed parts, whose sums are added afterwards.
 */
final class FilterGradient {
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

  FilterGradient(
      LinearShape shape,
      FilterGradKernel kernel,
      float[] x,
      float[] dy,
      float[] gradients,
      int at,
      int batch,
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
    int cut = (UNITS + unitsPerPanel * shape.panels() - 1) / (unitsPerPanel * shape.panels());
    this.batch = batch;
    this.partImages = (batch + cut - 1) / cut;
    int image = shape.in().image() + shape.gradient().image();
    this.chunk = Math.max(1, CACHED / image);
    this.block = Math.min(batch, Math.max(1, SHARED / image));
    int count = (batch + partImages - 1) / partImages;
    this.parts =
        count == 1
            ? null
            : arena.floats((long) count * shape.floats(), "parts of weight gradients");
  }

  private int parts(int n) {
    return (n + partImages - 1) / partImages;
  }

  /**
   * Images to treat before the next ones. All units read them all: where they are more than the
   * cores' common cache holds, each unit would fetch them from memory.
   */
  int block() {
    return parts == null ? block : batch;
  }

  /** Units that {@code n} images make, {@code n} being a block's or the last block's rest. */
  int units(int n) {
    return parts(n) * shape.panels() * unitsPerPanel;
  }

  /** Runs a unit of the block that begins at image {@code start} and ends before {@code end}. */
  void run(int unit, int start, int end) {
    int part = unit / (shape.panels() * unitsPerPanel);
    int panel = unit / unitsPerPanel % shape.panels();
    int fromTile = unit % unitsPerPanel * tilesPerUnit;
    int begin = start + part * partImages;
    int last = Math.min(begin + partImages, end);
    float[] to = parts == null ? gradients : parts;
    int panelFloats = shape.panelRows() * shape.width();
    int base = (parts == null ? at : part * shape.floats()) + panel * panelFloats;
    for (int first = begin; first < last; first += chunk) {
      kernel.run(
          x,
          shape.first() + first * shape.in().image(),
          dy,
          shape.gradient().origin() + first * shape.gradient().image() + panel * shape.width(),
          to,
          base,
          rowOffsets,
          fromTile * kernel.tileRows(),
          Math.min(tilesPerUnit, tiles - fromTile),
          Math.min(chunk, last - first),
          first > part * partImages);
    }
  }

  /** Adds the parts up, in their order. */
  void merge(int n) {
    if (parts != null) {
      int floats = shape.floats();
      System.arraycopy(parts, 0, gradients, at, floats);
      for (int part = 1; part < parts(n); part++) {
        for (int i = 0; i < floats; i++) {
          gradients[at + i] += parts[part * floats + i];
        }
      }
    }
  }

  /** How the work is cut, for reports. */
  String work() {
    return Arrays.toString(new int[] {shape.panels(), unitsPerPanel})
        + " panels x row blocks"
        + (parts == null ? "" : " x " + partImages + " images");
  }
}
