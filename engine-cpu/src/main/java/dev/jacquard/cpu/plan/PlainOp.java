package dev.jacquard.cpu.plan;

/**
 * An op without a kernel compiled for its shape: loops over images and rows, whose insides are
 * {@link dev.jacquard.cpu.kernel.Loops} or what the JIT compiler vectorises by itself.
 */
interface PlainOp {
  /** Computes {@code y} for image {@code i} from the inputs. */
  void forward(int i);

  /**
   * Computes the inputs' gradients for image {@code i} from {@code dy}. Overwrites them.
   *
   * @param dx for each input its gradient; null where nobody needs it
   */
  void backward(int i, Rows dy, Rows[] dx);
}
