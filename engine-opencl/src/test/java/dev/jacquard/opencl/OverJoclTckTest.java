package dev.jacquard.opencl;

import org.junit.jupiter.api.Tag;

@Tag("optimized")
final class OverJoclTckTest extends OpenClTck {
  OverJoclTckTest() {
    super("jocl");
  }
}
