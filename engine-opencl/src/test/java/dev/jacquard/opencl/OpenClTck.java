package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.tck.BackendTck;

/** The conformance suite on the first OpenCL device, over one of the bindings. */
abstract class OpenClTck extends BackendTck {
  /** Whether the whole suite runs where the usual tests are content with a part. */
  static final boolean THOROUGH = Boolean.getBoolean("jacquard.test.thorough");

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
    return BackendOptions.none().with(OpenClProvider.BINDING, binding);
  }
}
