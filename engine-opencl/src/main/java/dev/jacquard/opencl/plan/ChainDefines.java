package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Chain;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.random.Dropping;
import dev.jacquard.random.Philox;
import dev.jacquard.tensor.Shape;

/** What specialises the kernels of a chain. */
final class ChainDefines {
  private ChainDefines() {}

  /** Whether its forward pass keeps codes in training. */
  static boolean codes(Chain chain) {
    return chain.pools() || chain.dropout() != null || chain.slope() != 1;
  }

  /** Whether its forward pass keeps what pooling picked. */
  static boolean picks(Chain chain) {
    return chain.pools() && chain.norm() != null;
  }

  /** Bits of each draw of its dropout; 0 where it does not drop. */
  static int bits(Chain chain, boolean dropping) {
    return dropping && chain.dropout() != null ? chain.dropping().bits() : 0;
  }

  /**
   * The ops of a chain.
   *
   * @param chain null for one without any
   * @param dropping whether it drops: in training
   */
  static Defines of(Chain chain, boolean dropping) {
    return of(chain, dropping, chain == null ? null : chain.norm());
  }

  /** The same with another normalisation, or with none. */
  static Defines of(Chain chain, boolean dropping, Node norm) {
    Op.BatchNorm op = norm == null ? null : (Op.BatchNorm) norm.op();
    Node dropout = chain == null || !dropping ? null : chain.dropout();
    Dropping draws = dropout == null ? null : chain.dropping();
    Defines defines =
        new Defines()
            .with("NORM", norm != null)
            .with("POOL", chain != null && chain.pools())
            .with("SLOPE", chain == null ? 1 : chain.slope())
            .with("SCALE", op != null && op.scale())
            .with("CENTER", op != null && op.center())
            .with("EPSILON", op == null ? 0 : op.epsilon())
            .with("MOMENTUM", op == null ? 0 : op.momentum())
            .with("DROP", dropout != null)
            .with("DROP_SCALE", draws == null ? 1 : draws.scale());
    if (draws != null) {
      int stream = Philox.stream(Philox.Purpose.DROPOUT, dropout.id());
      defines
          .text("DROP_STREAM", Integer.toUnsignedString(stream) + "u")
          .with("DROP_BITS", draws.bits())
          .with("DROP_THRESHOLD", draws.threshold());
    }
    return defines;
  }

  /** What a product needs to make the sums of the chain before it. */
  static void factors(Defines defines, Chain chain) {
    defines
        .with("CODES", codes(chain))
        .with("SLOPE", chain.slope())
        .with("DROP_SCALE", chain.dropout() == null ? 1 : chain.dropping().scale());
  }

  /** The shapes that a chain reads and makes. */
  static Defines shapes(Defines defines, Shape in, Shape out, int batch) {
    boolean image = in.rank() == 3;
    return defines
        .with("BATCH", batch)
        .with("CHANNELS", in.channels())
        .with("IN_H", image ? in.dim(0) : 1)
        .with("IN_W", image ? in.dim(1) : 1)
        .with("OUT_H", image ? out.dim(0) : 1)
        .with("OUT_W", image ? out.dim(1) : 1);
  }

  /** Pixels of a shape. */
  static int pixels(Shape shape) {
    return shape.elements() / shape.channels();
  }
}
