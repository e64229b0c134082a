package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.tck.BackendTck;
import dev.jacquard.tck.TckCase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The conformance suite on the first OpenCL device, over one of the bindings. Nearly all of its
 * time goes for the compiler of PoCL, which keeps what it has compiled: the two bindings' tests run
 * side by side, each from its own end, and meet where the other has been.
 */
abstract class OpenClTck extends BackendTck {
  private final String binding;

  OpenClTck(String binding) {
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

  @Override
  protected List<TckCase> cases() {
    List<TckCase> cases = new ArrayList<>(super.cases());
    if (binding.equals("jocl")) {
      Collections.reverse(cases);
    }
    return cases;
  }

  /** Op by op; products are those of a graphics processor. */
  abstract static class OpByOp extends OpenClTck {
    OpByOp(String binding) {
      super(binding);
    }

    @Override
    protected SessionConfig config() {
      return super.config().unfused();
    }
  }
}
