package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Op;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.tensor.Shape;

/** What specialises the kernels of batch normalisation. */
final class NormDefines {
  private static final int GROUP = Limits.LEAST_GROUP;
  private static final int LANES = 16;

  private NormDefines() {}

  /** Groups for the kernels in which several items merge each channel. */
  static WorkSize merging(int channels) {
    return WorkSize.of(((long) channels * LANES + GROUP - 1) / GROUP, GROUP);
  }

  static Defines of(Op.BatchNorm op, Shape shape, int batch, int tile) {
    return new Defines()
        .with("CHANNELS", shape.channels())
        .with("PIXELS", shape.elements() / shape.channels())
        .with("BATCH", batch)
        .with("TILE", tile)
        .with("EPSILON", op.epsilon())
        .with("MOMENTUM", op.momentum())
        .with("SCALE", op.scale())
        .with("CENTER", op.center());
  }
}
