package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.tck.BackendTck;
import dev.jacquard.tck.OpByOp;
import org.junit.jupiter.api.Nested;

/**
 * The conformance suite on the first OpenCL device, op by op, over both bindings. Products are
 * those of a graphics processor.
 */
class OpByOpTckTest {
  private abstract static class Plain extends BackendTck {
    private final String binding;

    Plain(String binding) {
      this.binding = binding;
    }

    @Override
    protected BackendProvider provider() {
      return new OpByOp(new OpenClProvider());
    }

    @Override
    protected BackendOptions options() {
      return BackendOptions.none().with(OpenClProvider.BINDING, binding);
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
