package dev.jacquard.opencl;

final class OpByOpOverJoclTckTest extends OpenClTck.OpByOp {
  OpByOpOverJoclTckTest() {
    super("jocl");
  }
}
