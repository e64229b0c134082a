package dev.jacquard.opencl;

import org.junit.jupiter.api.Tag;

@Tag("optimized")
final class OverLwjglTckTest extends OpenClTck {
  OverLwjglTckTest() {
    super("lwjgl");
  }
}
