package dev.jacquard.cpu;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.tck.BackendTck;
import org.junit.jupiter.api.Nested;

/** The conformance suite with Winograd's convolutions, in both sizes of tiles on both kernels. */
class WinogradTckTest {
  private static BackendOptions options(String kernels, String tiles) {
    return BackendOptions.none()
        .with(CpuProvider.KERNELS, kernels)
        .with(CpuProvider.WINOGRAD, tiles)
        .with(CpuProvider.THREADS, 2);
  }

  @Nested
  class VectorTwo extends BackendTck {
    @Override
    protected BackendProvider provider() {
      return new CpuProvider();
    }

    @Override
    protected BackendOptions options() {
      return WinogradTckTest.options("vector", "2");
    }
  }

  @Nested
  class VectorFour extends BackendTck {
    @Override
    protected BackendProvider provider() {
      return new CpuProvider();
    }

    @Override
    protected BackendOptions options() {
      return WinogradTckTest.options("vector", "4");
    }
  }

  @Nested
  class ScalarTwo extends BackendTck {
    @Override
    protected BackendProvider provider() {
      return new CpuProvider();
    }

    @Override
    protected BackendOptions options() {
      return WinogradTckTest.options("scalar", "2");
    }
  }

  @Nested
  class ScalarFour extends BackendTck {
    @Override
    protected BackendProvider provider() {
      return new CpuProvider();
    }

    @Override
    protected BackendOptions options() {
      return WinogradTckTest.options("scalar", "4");
    }
  }
}
