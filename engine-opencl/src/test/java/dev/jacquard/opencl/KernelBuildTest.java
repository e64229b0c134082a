package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.ClException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class KernelBuildTest {
  private FoundDevice found;

  static List<String> families() {
    return KernelSources.families();
  }

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  @ParameterizedTest
  @MethodSource("families")
  void compilesWithItsDefaults(String family) {
    String source = KernelSources.of(family) + "kernel void nothing(void) {}\n";
    try (Workbench bench = new Workbench(found.cl(), found)) {
      assertTrue(bench.kernel(source, " -Werror", "nothing") != 0);
    }
  }

  @Test
  void refusesATileThatItsItemsDoNotDivide() {
    assertBuildFails("conv2d_forward", " -DTILE_M=62", "the items do not divide the tile");
    assertBuildFails("chain_forward", " -DLANES=3", "LANES must be powers of two");
  }

  @Test
  void showsWhatTheCompilerSays() {
    assertBuildFails("chain_forward", " -DSLOPE=oops", "oops");
  }

  private void assertBuildFails(String family, String defines, String reason) {
    CallLog log = new CallLog();
    try (Workbench bench = new Workbench(log.over(found.cl()), found)) {
      ClException e =
          assertThrows(
              ClException.class, () -> bench.kernel(KernelSources.of(family), defines, family));
      assertTrue(e.getMessage().contains("CL_BUILD_PROGRAM_FAILURE (-11)"), e.getMessage());
      assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
  }
}
