package dev.jacquard.opencl;

final class OverLwjglTckTest extends OpenClTck {
  OverLwjglTckTest() {
    super("lwjgl");
  }
}
