package dev.jacquard.cpu;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.tck.BackendTck;

/** The conformance suite on the Vector API's kernels. */
class VectorTckTest extends BackendTck {
  @Override
  protected BackendProvider provider() {
    return new CpuProvider();
  }

  @Override
  protected BackendOptions options() {
    return BackendOptions.none().with(CpuProvider.KERNELS, "vector").with(CpuProvider.THREADS, 2);
  }
}
