package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.random.Dropping;
import dev.jacquard.random.Philox;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dropout mask drawn on the device, bit by bit. */
final class PhiloxKernelTest {
  private static final int ELEMENTS = 300;
  private static final int SAMPLES = 3;
  private static final int POSITION = 59_999;
  private static final int STEP = 123_456;

  /** Rates of 1, 2, 4, 8 and 16 bits a draw, and one that has no exact representation. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.25, 0.3125, 0.30078125, 0.300048828125, 0.1, 0})
  void drawsTheMaskThatTheDefinitionDraws(double rate) {
    FoundDevice found = FoundDevice.first();
    Dropping dropping = Dropping.of(rate);
    int stream = Philox.stream(Philox.Purpose.DROPOUT, 17);
    byte[] kept = new byte[ELEMENTS * SAMPLES];
    try (Workbench bench = new Workbench(found.cl(), found)) {
      kept = draw(bench, dropping, stream);
    }
    for (int e = 0; e < kept.length; e++) {
      assertEquals(keeps(dropping, stream, e), kept[e] == 1, "element " + e);
    }
  }

  private static byte[] draw(Workbench bench, Dropping dropping, int stream) {
    String source = KernelSources.of("philox") + Workbench.source("trial_mask.cl");
    String defines =
        " -DDROP_BITS=" + dropping.bits() + " -DDROP_THRESHOLD=" + dropping.threshold();
    long kernel = bench.kernel(source, defines, "trial_mask");
    ClApi cl = bench.cl();
    cl.setInt(kernel, 0, ELEMENTS);
    cl.setInt(kernel, 1, POSITION);
    cl.setInt(kernel, 2, STEP);
    cl.setInt(kernel, 3, stream);
    cl.setInt(kernel, 4, (int) KernelCall.SEED);
    cl.setInt(kernel, 5, (int) (KernelCall.SEED >>> 32));
    long mask = bench.buffer(ELEMENTS * SAMPLES);
    cl.setBuffer(kernel, 6, mask);
    cl.launch(bench.queue(), kernel, new WorkSize(ELEMENTS, SAMPLES, 1, 1));
    return bench.read(mask, 0, ELEMENTS * SAMPLES);
  }

  private static boolean keeps(Dropping dropping, int stream, int e) {
    int element = e % ELEMENTS;
    int[] words = new int[4];
    Philox.block(
        KernelCall.SEED,
        element / dropping.perBlock(),
        POSITION + e / ELEMENTS,
        STEP,
        stream,
        words,
        0);
    return !dropping.drops(words[element / dropping.perWord() % 4], element % dropping.perWord());
  }
}
