package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.tck.TckCase;
import java.util.List;

/** What fusing changes, as a graphics processor is given it; its products are run op by op. */
final class TilesTckTest extends OpenClTck {
  TilesTckTest() {
    super("lwjgl");
  }

  @Override
  protected BackendOptions options() {
    return super.options().with(OpenClProvider.KERNELS, "tiles");
  }

  @Override
  protected List<TckCase> cases() {
    return super.cases().stream().filter(test -> test.group().equals("fusion")).toList();
  }
}
