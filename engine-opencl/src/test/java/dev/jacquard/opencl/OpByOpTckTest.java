package dev.jacquard.opencl;

import dev.jacquard.backend.SessionConfig;
import dev.jacquard.tck.TckCase;
import java.util.List;
import java.util.Set;

/** Plans in which nothing is fused. Their products are those of {@link TilesTckTest}. */
final class OpByOpTckTest extends OpenClTck {
  private static final Set<String> PRODUCTS =
      Set.of("conv2d", "conv2d-exact", "dense", "dense-exact");

  OpByOpTckTest() {
    super("jocl");
  }

  @Override
  protected SessionConfig config() {
    return super.config().unfused();
  }

  @Override
  protected List<TckCase> cases() {
    return super.cases().stream().filter(test -> !PRODUCTS.contains(test.group())).toList();
  }
}
