package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.tck.BackendTck;
import dev.jacquard.tck.TckCase;
import org.junit.jupiter.api.Nested;

/**
 * The conformance suite on the first OpenCL device, fused, over both bindings. They share compiled
 * programs, for which nearly all of the time goes.
 */
class FusedTckTest {
  private abstract static class Fused extends BackendTck {
    private final String binding;

    Fused(String binding) {
      this.binding = binding;
    }

    @Override
    protected BackendProvider provider() {
      return new OpenClProvider();
    }

    @Override
    protected BackendOptions options() {
      // To keep a program, PoCL compiles all of its kernels once more; it has a cache of its own.
      return BackendOptions.none()
          .with(OpenClProvider.BINDING, binding)
          .with(OpenClProvider.NO_CACHE, true);
    }
  }

  @Nested
  class OverLwjgl extends Fused {
    OverLwjgl() {
      super("lwjgl");
    }
  }

  @Nested
  class OverJocl extends Fused {
    OverJocl() {
      super("jocl");
    }
  }

  /** What fusing changes, as a graphics processor is given it; its products are run op by op. */
  @Nested
  class WithTiles extends Fused {
    WithTiles() {
      super("lwjgl");
    }

    @Override
    protected BackendOptions options() {
      return super.options().with(OpenClProvider.KERNELS, "tiles");
    }

    @Override
    protected boolean includes(TckCase test) {
      return test.group().equals("fusion");
    }
  }
}
