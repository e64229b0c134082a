package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.tck.BackendTck;
import dev.jacquard.tck.TckCase;

/**
 * The conformance suite on the first OpenCL device. On a processor, compiling takes nearly all of
 * its time, and convolutions most of that: of theirs, some cases; all run among the long tests.
 */
class OpenClTckTest extends BackendTck {
  /** One of so many convolutions. */
  private static final int SOME = 5;

  @Override
  protected BackendProvider provider() {
    return new OpenClProvider();
  }

  @Override
  protected BackendOptions options() {
    return BackendOptions.none().with(OpenClProvider.NO_CACHE, true);
  }

  @Override
  protected boolean includes(TckCase test) {
    String id = test.id();
    return id.startsWith("conv2d")
        ? Math.floorMod(id.hashCode(), SOME) == 0
        : !id.startsWith("curve/reference");
  }
}
