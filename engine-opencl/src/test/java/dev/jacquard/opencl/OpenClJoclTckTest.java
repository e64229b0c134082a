package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.tck.BackendTck;
import org.junit.jupiter.api.Tag;

/** The whole conformance suite on the first OpenCL device, called through JOCL. */
@Tag("long")
class OpenClJoclTckTest extends BackendTck {
  @Override
  protected BackendProvider provider() {
    return new OpenClProvider();
  }

  @Override
  protected BackendOptions options() {
    return BackendOptions.none()
        .with(OpenClProvider.NO_CACHE, true)
        .with(OpenClProvider.BINDING, "jocl");
  }
}
