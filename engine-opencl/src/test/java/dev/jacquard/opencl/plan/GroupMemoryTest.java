package dev.jacquard.opencl.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.opencl.binding.ClException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is concluded of a device's groups from how it answers. */
final class GroupMemoryTest {
  private static final int MEM_OBJECT_ALLOCATION_FAILURE = -4;
  private static final int OUT_OF_RESOURCES = -5;
  private static final Limits LIMITS = new Limits(false, false, 8, 1, 256, 48 << 10);

  /** PoCL runs on NVIDIA's devices, too, and compiles by itself. */
  @ParameterizedTest
  @CsvSource({
    "cl_khr_fp64 cl_nv_compiler_options cl_nv_copy_opts, true",
    "cl_khr_fp64 cl_nv_device_attribute_query, false",
    "cl_nv_compiler_options_2, false"
  })
  void knowsTheCompilerByItsExtension(String extensions, boolean nvidia) {
    try (Context context = new FakeCalls(extensions).context(LIMITS)) {
      assertEquals(nvidia, context.isNvidia());
    }
  }

  /** Else a device that is full for a moment would be given another plan, with other bits. */
  @Test
  void wantOfMemorySaysNothingOfGroups() {
    FakeCalls calls = new FakeCalls("cl_nv_compiler_options");
    try (Context context = calls.context(LIMITS)) {
      calls.fail("createBuffer", new ClException("clCreateBuffer", MEM_OBJECT_ALLOCATION_FAILURE));
      OutOfMemory full = assertThrows(OutOfMemory.class, context::groupMemory);
      assertTrue(full.getMessage().contains("close other sessions and programs"), full.toString());
    }
  }

  @Test
  void aRefusedLaunchMeansThatThereIsNoMore() {
    FakeCalls calls = new FakeCalls("cl_nv_compiler_options");
    try (Context context = calls.context(LIMITS)) {
      calls.fail("launch", new ClException("clEnqueueNDRangeKernel", OUT_OF_RESOURCES));
      assertEquals(new GroupMemory(48 << 10, false), context.groupMemory());
    }
  }
}
