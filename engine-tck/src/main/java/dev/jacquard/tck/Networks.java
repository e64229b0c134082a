package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Op.Activation.Function;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;

/** Small networks around an op. */
final class Networks {
  /** The name of the last dense layer. */
  static final String HEAD = "head";

  static final Op.BatchNorm NORM = new Op.BatchNorm(0.9f, 1e-3f, true, true);
  static final Op.Activation RELU = new Op.Activation(Function.RELU, 0);
  static final Op.Activation LEAKY = new Op.Activation(Function.LEAKY_RELU, 0.125f);

  private Networks() {}

  /** Over fp32 samples of this shape. */
  static GraphBuilder over(int... sample) {
    return GraphBuilder.overFloats(Shape.of(sample));
  }

  /** A convolution on the newest node. */
  static void conv(GraphBuilder builder, String name, int filters, int kernel) {
    conv(builder, name, filters, new int[] {kernel, kernel, 1, 1}, true);
  }

  /** A convolution with bias on the newest node; {@code k} is kernel and strides, height first. */
  static void conv(GraphBuilder builder, String name, int filters, int[] k, boolean same) {
    Window window = Window.over(builder.shape(builder.last()), k[0], k[1], k[2], k[3], same);
    builder.add(name, new Op.Conv2d(filters, window, true), builder.last());
  }

  /** An op without parameters of interest on the newest node. */
  static void then(GraphBuilder builder, String name, Op op) {
    builder.add(name, op, builder.last());
  }

  /** Max-pooling, 2x2 with stride 2, same. */
  static void maxPool(GraphBuilder builder, String name) {
    then(builder, name, new Op.MaxPool(square(builder, 2, 2, true)));
  }

  /** A square window over the newest node. */
  static Window square(GraphBuilder builder, int size, int stride, boolean same) {
    return Window.over(builder.shape(builder.last()), size, size, stride, stride, same);
  }

  /** Finishes with a dense layer of {@code classes} units. */
  static Graph head(GraphBuilder builder, int classes) {
    return head(builder, classes, 0);
  }

  static Graph head(GraphBuilder builder, int classes, float labelSmoothing) {
    if (builder.shape(builder.last()).rank() > 1) {
      then(builder, "flatten", new Op.Flatten());
    }
    then(builder, HEAD, new Op.Dense(classes, true));
    return builder.build("loss", labelSmoothing);
  }

  /**
   * The reference network: three blocks of convolution, batch norm, leaky ReLU, dropout, pooling;
   * two dense layers.
   */
  static Graph reference() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(28, 28, 1));
    Op.BatchNorm norm = new Op.BatchNorm(0.99f, 1e-3f, true, true);
    for (int block = 0; block < 3; block++) {
      conv(builder, "conv2d_" + block, 32 << block, 3);
      block(builder, "_" + block, norm);
      maxPool(builder, "max_pooling2d_" + block);
    }
    then(builder, "flatten", new Op.Flatten());
    then(builder, "dense", new Op.Dense(128, true));
    block(builder, "_3", norm);
    return head(builder, 10);
  }

  private static void block(GraphBuilder builder, String suffix, Op.BatchNorm norm) {
    then(builder, "batch_normalization" + suffix, norm);
    then(builder, "leaky_re_lu" + suffix, new Op.Activation(Function.LEAKY_RELU, 0.1f));
    then(builder, "dropout" + suffix, new Op.Dropout(0.25));
  }

  /** A network of everything that is usual, small: two classes of layers, dropout, pooling. */
  static Graph small() {
    GraphBuilder builder = over(9, 7, 3);
    conv(builder, "conv", 5, 3);
    block(builder, "", NORM);
    maxPool(builder, "pool");
    then(builder, "flatten", new Op.Flatten());
    then(builder, "dense", new Op.Dense(13, true));
    then(builder, "relu", RELU);
    return head(builder, 4);
  }

  /** One convolution of few inputs, without pooling, for large batches. */
  static Graph thin() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(7, 7, 1));
    conv(builder, "conv", 20, 3);
    block(builder, "_0", NORM);
    return head(builder, 10);
  }

  /** Wide enough for several threads to have something to do in every layer. */
  static Graph wide() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(14, 14, 1));
    conv(builder, "conv", 16, 3);
    block(builder, "_0", NORM);
    maxPool(builder, "pool");
    conv(builder, "conv2", 32, 3);
    block(builder, "_1", NORM);
    maxPool(builder, "pool2");
    then(builder, "flatten", new Op.Flatten());
    then(builder, "dense", new Op.Dense(64, true));
    block(builder, "_2", NORM);
    return head(builder, 10);
  }
}
