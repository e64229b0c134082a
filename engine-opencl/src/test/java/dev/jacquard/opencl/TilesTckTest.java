package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;

/** The plans that graphics processors are given. */
final class TilesTckTest extends OpenClTck {
  TilesTckTest() {
    super("lwjgl");
  }

  @Override
  protected BackendOptions options() {
    return super.options().with(OpenClProvider.KERNELS, "tiles");
  }
}
