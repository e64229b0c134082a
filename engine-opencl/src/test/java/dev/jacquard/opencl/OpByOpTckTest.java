package dev.jacquard.opencl;

import dev.jacquard.backend.SessionConfig;
import dev.jacquard.tck.TckCase;
import java.util.List;
import java.util.Set;

/**
 * Plans in which nothing is fused. Their products are those of {@link TilesTckTest}, and networks
 * that show what fusion does are left to a thorough test.
 */
final class OpByOpTckTest extends OpenClTck {
  private static final Set<String> LEFT_OUT =
      Set.of("conv2d", "conv2d-exact", "curve", "dense", "dense-exact", "fusion");

  OpByOpTckTest() {
    super("jocl");
  }

  @Override
  protected SessionConfig config() {
    return super.config().unfused();
  }

  @Override
  protected List<TckCase> cases() {
    return super.cases().stream()
        .filter(test -> THOROUGH || !LEFT_OUT.contains(test.group()))
        .toList();
  }
}
