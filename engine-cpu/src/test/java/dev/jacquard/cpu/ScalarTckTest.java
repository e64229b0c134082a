package dev.jacquard.cpu;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.tck.BackendTck;

/** The conformance suite on the kernels in plain Java. */
class ScalarTckTest extends BackendTck {
  @Override
  protected BackendProvider provider() {
    return new CpuProvider();
  }

  @Override
  protected BackendOptions options() {
    return BackendOptions.none().with(CpuProvider.KERNELS, "scalar").with(CpuProvider.THREADS, 2);
  }
}
