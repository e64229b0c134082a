package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.tck.TckCase;
import java.util.List;
import java.util.Set;

/**
 * The plans that graphics processors are given. What is about one op that is no product is left to
 * {@link OpByOpTckTest}, but for a thorough test.
 */
final class TilesTckTest extends OpenClTck {
  private static final Set<String> LEFT_OUT =
      Set.of(
          "activation",
          "activation-exact",
          "avgpool",
          "avgpool-exact",
          "batchnorm",
          "custom-op",
          "dropout",
          "dropout-exact",
          "global-avgpool",
          "loss",
          "maxpool",
          "maxpool-exact",
          "optimizer");

  TilesTckTest() {
    super("lwjgl");
  }

  @Override
  protected BackendOptions options() {
    return super.options().with(OpenClProvider.KERNELS, "tiles");
  }

  @Override
  protected List<TckCase> cases() {
    return super.cases().stream()
        .filter(test -> THOROUGH || !LEFT_OUT.contains(test.group()))
        .toList();
  }
}
