package dev.jacquard.opencl;

final class OpByOpOverLwjglTckTest extends OpenClTck.OpByOp {
  OpByOpOverLwjglTckTest() {
    super("lwjgl");
  }
}
