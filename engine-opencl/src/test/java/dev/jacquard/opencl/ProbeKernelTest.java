package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.WorkSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels that measure a device do the work that is counted. */
final class ProbeKernelTest {
  private static final int GROUP = 8;

  private static String defines(int width) {
    return " -Werror -DROUNDS=2 -DGROUP=" + GROUP + " -DWIDTH=" + width;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16})
  void copiesEveryVectorAndNoMore(int width) {
    // No multiple of groups or items: the last share is cut off.
    int vectors = 19;
    double[] content = new double[vectors * width];
    for (int i = 0; i < content.length; i++) {
      content[i] = i + 1;
    }
    FoundDevice found = FoundDevice.first();
    try (Workbench bench = new Workbench(found.cl(), found)) {
      long kernel = bench.kernel(KernelSources.of("probe"), defines(width), "probe_copy");
      long from = bench.buffer(content);
      long to = bench.buffer(new double[content.length + width]);
      found.cl().setBuffer(kernel, 0, from);
      found.cl().setBuffer(kernel, 1, to);
      found.cl().setInt(kernel, 2, vectors);
      found.cl().launch(bench.queue(), kernel, WorkSize.of(7, GROUP));
      float[] expected = new float[content.length + width];
      for (int i = 0; i < content.length; i++) {
        expected[i] = i + 1;
      }
      assertArrayEquals(expected, bench.readFloats(to, 0, expected.length));
    }
  }

  /**
   * Nothing is copied asynchronously here; what NVIDIA's devices make of that is compared there.
   */
  @Test
  void copiesThroughAllOfLocalMemory() {
    int groups = 3;
    double[] content = new double[groups * 256];
    float[] expected = new float[content.length];
    for (int i = 0; i < content.length; i++) {
      content[i] = i;
      expected[i] = i + 1;
    }
    FoundDevice found = FoundDevice.first();
    try (Workbench bench = new Workbench(found.cl(), found)) {
      String defines = " -Werror -DROOM=4096 -DUNROLL=1";
      long kernel = bench.kernel(KernelSources.of("local_probe"), defines, "local_probe");
      long to = bench.buffer(new double[content.length]);
      found.cl().setBuffer(kernel, 0, bench.buffer(content));
      found.cl().setBuffer(kernel, 1, to);
      found.cl().launch(bench.queue(), kernel, WorkSize.of(groups, 64));
      assertArrayEquals(expected, bench.readFloats(to, 0, expected.length));
    }
  }

  /** Chain c of item i starts with i + c; a round takes it half of the way to 1. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16})
  void carriesEveryChainThroughEveryRound(int width) {
    int items = 3 * GROUP;
    FoundDevice found = FoundDevice.first();
    try (Workbench bench = new Workbench(found.cl(), found)) {
      long kernel = bench.kernel(KernelSources.of("probe"), defines(width), "probe_fma");
      long sums = bench.buffer(new double[items * width]);
      found.cl().setBuffer(kernel, 0, sums);
      found.cl().launch(bench.queue(), kernel, WorkSize.of(3, GROUP));
      float[] values = bench.readFloats(sums, 0, items * width);
      for (int i = 0; i < values.length; i++) {
        float start = (float) (8 * (i / width) + 28);
        assertEquals((start + 24) / 4, values[i], 0, "number " + i);
      }
    }
  }
}
