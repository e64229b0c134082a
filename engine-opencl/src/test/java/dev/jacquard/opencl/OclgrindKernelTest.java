package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.WorkSize;
import org.junit.jupiter.api.Test;

/** A fault for oclgrind to find: where it is not reported, neither are others. See {@code test}. */
final class OclgrindKernelTest {
  private static final String SOURCE =
      "kernel void beyond_its_buffer(global int *words) { words[1024] = 1; }";

  @Test
  void writesBeyondItsBuffer() {
    assumeTrue(System.getenv("OCLGRIND_DATA_RACES") != null, "oclgrind is not the device");
    FoundDevice found = FoundDevice.first();
    ClApi cl = found.cl();
    try (Workbench bench = new Workbench(cl, found)) {
      long kernel = bench.kernel(SOURCE, "", "beyond_its_buffer");
      cl.setBuffer(kernel, 0, bench.buffer(64));
      cl.launch(bench.queue(), kernel, WorkSize.of(1, 1));
      cl.finish(bench.queue());
    }
  }
}
