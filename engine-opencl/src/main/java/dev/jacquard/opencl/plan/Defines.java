package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;

/** The literals that specialise a kernel, as options of the compiler. */
final class Defines {
  private final StringBuilder options = new StringBuilder();
  private final StringBuilder tuning = new StringBuilder();

  Defines with(String name, long value) {
    return text(name, Long.toString(value));
  }

  /** A float of exactly this value. */
  Defines with(String name, float value) {
    return text(name, Float.toHexString(value) + "f");
  }

  Defines with(String name, boolean value) {
    return text(name, value ? "1" : "0");
  }

  /** What makes a kernel faster or slower, but changes no bit of what it computes. */
  Defines tuned(String name, long value) {
    tuning.append(" -D").append(name).append('=').append(value);
    return this;
  }

  /**
   * At most so many registers for an item, which only NVIDIA's compiler can be told. A kernel that
   * is told declares no size of its groups, which would take precedence.
   */
  Defines registers(int most) {
    tuned("REGISTERS", most);
    tuning.append(" -cl-nv-maxrregcount=").append(most);
    return this;
  }

  Defines text(String name, String value) {
    options.append(" -D").append(name).append('=').append(value);
    return this;
  }

  /** How samples that lie as they are stored become numbers, under names that begin so. */
  Defines stored(Op.Input input, String prefix) {
    return text("STORED", input.stored() == DType.U8 ? "uchar" : "float")
        .with(prefix + "SCALE", input.scale())
        .with(prefix + "OFFSET", input.offset());
  }

  /** A window that slides over an input of shape {@code [H, W, C]}, whose extents come with it. */
  Defines window(Shape in, Window w) {
    return with("IN_H", in.rank() == 3 ? in.dim(0) : 1)
        .with("IN_W", in.rank() == 3 ? in.dim(1) : 1)
        .with("OUT_H", w.outH())
        .with("OUT_W", w.outW())
        .with("KERNEL_H", w.kernelH())
        .with("KERNEL_W", w.kernelW())
        .with("STRIDE_H", w.strideH())
        .with("STRIDE_W", w.strideW())
        .with("TOP", w.top())
        .with("LEFT", w.left());
  }

  /** What decides the bits. */
  String deciding() {
    return options.toString();
  }

  @Override
  public String toString() {
    return options.toString() + tuning;
  }
}
