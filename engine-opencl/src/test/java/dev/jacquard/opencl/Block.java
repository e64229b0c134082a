package dev.jacquard.opencl;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.random.Dropping;
import dev.jacquard.random.Philox;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Five consecutive nodes that two fused stages compute: (convolution, statistics), then (batch
 * norm, LeakyReLU, dropout, max-pooling).
 */
record Block(Graph graph, Node conv, Node norm, Node activation, Node dropout, Node pool) {
  static final int TILE_M = 16;
  static final int TILE_N = 16;
  private static final int LENGTH = 5;

  /** The graph cut into blocks: between input and head there is nothing else but a global pool. */
  static List<Block> of(Graph graph) {
    List<Block> blocks = new ArrayList<>();
    List<Node> nodes = graph.nodes();
    for (int i = 1; i + LENGTH < nodes.size(); i += LENGTH) {
      blocks.add(
          new Block(
              graph,
              nodes.get(i),
              nodes.get(i + 1),
              nodes.get(i + 2),
              nodes.get(i + 3),
              nodes.get(i + 4)));
    }
    return blocks;
  }

  Shape input() {
    return graph.inputShape(conv, 0);
  }

  Shape convolved() {
    return conv.shape();
  }

  Shape pooled() {
    return pool.shape();
  }

  int channels() {
    return conv.shape().channels();
  }

  /** Whether it reads the resident data set. */
  boolean first() {
    return conv.inputs().get(0) == 0;
  }

  /** How many tiles of rows a full batch has. */
  int tiles(int batch) {
    int rows = batch * convolved().dim(0) * convolved().dim(1);
    return (rows + TILE_M - 1) / TILE_M;
  }

  Dropping dropping() {
    return Dropping.of(((Op.Dropout) dropout.op()).rate());
  }

  int stream() {
    return Philox.stream(Philox.Purpose.DROPOUT, dropout.id());
  }

  /** What specialises conv2d_forward; the tile is small, so that small tests have several. */
  String convolutionDefines(int batch) {
    Window window = ((Op.Conv2d) conv.op()).window();
    Op.Input stored = graph.input();
    return String.format(
        Locale.ROOT,
        " -DBATCH=%d -DIN_H=%d -DIN_W=%d -DIN_C=%d -DOUT_H=%d -DOUT_W=%d -DFILTERS=%d"
            + " -DKERNEL_H=%d -DKERNEL_W=%d -DSTRIDE_H=%d -DSTRIDE_W=%d -DTOP=%d -DLEFT=%d"
            + " -DSTORED=%s -DSCALE=%s -DOFFSET=%s -DGATHER=%d"
            + " -DTILE_M=%d -DTILE_N=%d -DTILE_K=8 -DITEM_M=2 -DITEM_N=2",
        batch,
        input().dim(0),
        input().dim(1),
        input().dim(2),
        window.outH(),
        window.outW(),
        channels(),
        window.kernelH(),
        window.kernelW(),
        window.strideH(),
        window.strideW(),
        window.top(),
        window.left(),
        first() ? "uchar" : "float",
        literal(first() ? stored.scale() : 1),
        literal(first() ? stored.offset() : 0),
        first() ? 1 : 0,
        TILE_M,
        TILE_N);
  }

  /** What specialises normalize_pool_forward. */
  String poolingDefines() {
    Op.BatchNorm batchNorm = (Op.BatchNorm) norm.op();
    return String.format(
        Locale.ROOT,
        " -DCHANNELS=%d -DIN_H=%d -DIN_W=%d -DOUT_H=%d -DOUT_W=%d -DTILE_M=%d"
            + " -DSLOPE=%s -DEPSILON=%s -DMOMENTUM=%s"
            + " -DDROP_BITS=%d -DDROP_THRESHOLD=%d -DDROP_SCALE=%s -DDROP_STREAM=%du",
        channels(),
        convolved().dim(0),
        convolved().dim(1),
        pooled().dim(0),
        pooled().dim(1),
        TILE_M,
        literal(((Op.Activation) activation.op()).slope()),
        literal(batchNorm.epsilon()),
        literal(batchNorm.momentum()),
        dropping().bits(),
        dropping().threshold(),
        literal(dropping().scale()),
        stream());
  }

  /** Exact to the bit. */
  private static String literal(float value) {
    return Float.toHexString(value) + "f";
  }
}
