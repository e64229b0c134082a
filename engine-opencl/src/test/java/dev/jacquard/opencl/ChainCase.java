package dev.jacquard.opencl;

import dev.jacquard.random.Dropping;
import java.util.Locale;
import java.util.Set;

/**
 * A chain of layers to compute in one pass.
 *
 * @param layers of "norm", "scale", "center", "pool"
 * @param slope of negative numbers; 1 for no activation
 * @param rate of dropout; 0 for none
 * @param tuning how the device goes about it
 */
record ChainCase(Extent extent, Set<String> layers, float slope, double rate, Tuning tuning) {
  static final float EPSILON = 1e-3f;
  static final float MOMENTUM = 0.75f;
  static final int STREAM = 0x1000007;

  /**
   * What goes in.
   *
   * @param batch samples that the buffers have room for
   * @param size samples of the step
   */
  record Extent(int batch, int size, int height, int width, int channels) {}

  /**
   * The shape of the work.
   *
   * @param group items of a group
   * @param lanes items that share a sum
   * @param vector channels of a vector
   * @param tile rows of a partial or a sum
   * @param slice channels of a group; 0 for all
   */
  record Tuning(int group, int lanes, int vector, boolean aligned, int tile, int slice) {
    Tuning(int group, int lanes, int vector, boolean aligned, int tile) {
      this(group, lanes, vector, aligned, tile, 0);
    }
  }

  static ChainCase of(Extent extent, String layers, double slope, double rate, Tuning tuning) {
    Set<String> names = layers.isEmpty() ? Set.of() : Set.of(layers.split(" "));
    return new ChainCase(extent, names, (float) slope, rate, tuning);
  }

  boolean norm() {
    return layers.contains("norm");
  }

  boolean scale() {
    return layers.contains("scale");
  }

  boolean center() {
    return layers.contains("center");
  }

  boolean pool() {
    return layers.contains("pool");
  }

  boolean drop() {
    return rate > 0;
  }

  boolean codes() {
    return pool() || drop() || slope != 1;
  }

  boolean picks() {
    return pool() && norm();
  }

  Dropping dropping() {
    return Dropping.of(rate);
  }

  float scaling() {
    return drop() ? dropping().scale() : 1;
  }

  int channels() {
    return extent.channels();
  }

  int stride() {
    return pool() ? 2 : 1;
  }

  int outHeight() {
    return (extent.height() + stride() - 1) / stride();
  }

  int outWidth() {
    return (extent.width() + stride() - 1) / stride();
  }

  /** Elements of a sample of the input. */
  int sample() {
    return extent.height() * extent.width() * extent.channels();
  }

  int inElements() {
    return extent.size() * sample();
  }

  /** Elements of a sample of the output. */
  int outSample() {
    return outHeight() * outWidth() * extent.channels();
  }

  int outElements() {
    return extent.size() * outSample();
  }

  /** Rows of the input that the step has. */
  int rows() {
    return extent.size() * extent.height() * extent.width();
  }

  /** Tiles of partials that a full batch has. */
  int tiles() {
    return ceiling(extent.batch() * extent.height() * extent.width());
  }

  /** Tiles of sums that a full batch has. */
  int sumTiles() {
    return ceiling(extent.batch() * outHeight() * outWidth());
  }

  private int ceiling(int rows) {
    return (rows + tuning.tile() - 1) / tuning.tile();
  }

  /** The index of a window's position in the input, or -1 beyond the edge. */
  int source(int out, int position) {
    int c = out % channels();
    int column = out / channels() % outWidth() * stride() + position % 2;
    int row = out / channels() / outWidth() % outHeight() * stride() + position / 2;
    boolean seen = row < extent.height() && column < extent.width() && (pool() || position == 0);
    int pixel = row * extent.width() + column;
    return seen ? out / outSample() * sample() + pixel * channels() + c : -1;
  }

  /** What specialises the kernels. */
  String defines() {
    return String.format(
            Locale.ROOT,
            " -DBATCH=%d -DCHANNELS=%d -DIN_H=%d -DIN_W=%d -DOUT_H=%d -DOUT_W=%d",
            extent.batch(),
            channels(),
            extent.height(),
            extent.width(),
            outHeight(),
            outWidth())
        + String.format(
            Locale.ROOT,
            " -DNORM=%d -DSCALE=%d -DCENTER=%d -DPOOL=%d -DSLOPE=%s -DEPSILON=%s -DMOMENTUM=%s",
            bit(norm()),
            bit(scale()),
            bit(center()),
            bit(pool()),
            literal(slope),
            literal(EPSILON),
            literal(MOMENTUM))
        + String.format(
            Locale.ROOT,
            " -DGROUP=%d -DLANES=%d -DWIDTH=%d -DALIGNED=%d -DTILE=%d -DSUM_TILE=%d"
                + " -DSLICE=%d",
            tuning.group(),
            tuning.lanes(),
            tuning.vector(),
            bit(tuning.aligned()),
            tuning.tile(),
            tuning.tile(),
            tuning.slice() == 0 ? channels() : tuning.slice());
  }

  /** What specialises them for training, too. */
  String trainingDefines() {
    return defines()
        + String.format(
            Locale.ROOT,
            " -DDROP=%d -DDROP_STREAM=%du -DDROP_SCALE=%s -DDROP_BITS=%d -DDROP_THRESHOLD=%d"
                + " -DCODES=%d -DPICKS=%d",
            bit(drop()),
            STREAM,
            literal(scaling()),
            dropping().bits(),
            dropping().threshold(),
            bit(codes()),
            bit(picks()));
  }

  String inferenceDefines() {
    return defines() + " -DINFERENCE=1 -DDROP=0 -DCODES=0 -DPICKS=0";
  }

  private static int bit(boolean set) {
    return set ? 1 : 0;
  }

  private static String literal(float value) {
    return Float.toHexString(value) + "f";
  }
}
