package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.tck.BackendTck;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The conformance suite on the first OpenCL device, op by op, over both bindings. Products are
 * those of a graphics processor.
 */
@Tag("op-by-op")
class OpByOpTckTest {
  private abstract static class Plain extends BackendTck {
    private final String binding;

    Plain(String binding) {
      this.binding = binding;
    }

    @Override
    protected BackendProvider provider() {
      return new OpenClProvider();
    }

    @Override
    protected SessionConfig config() {
      return super.config().unfused();
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
  class OverLwjgl extends Plain {
    OverLwjgl() {
      super("lwjgl");
    }
  }

  @Nested
  class OverJocl extends Plain {
    OverJocl() {
      super("jocl");
    }
  }
}
