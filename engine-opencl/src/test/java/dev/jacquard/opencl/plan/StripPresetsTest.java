package dev.jacquard.opencl.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Presets of strips for devices that are not here. */
final class StripPresetsTest {
  private static final int UNITS = 132;

  private Context context;

  @AfterEach
  void close() {
    if (context != null) {
      context.close();
    }
  }

  private StripPresets presets(long local, int batch, boolean cores, String extensions) {
    Limits limits = new Limits(false, false, UNITS, 1, 1024, local);
    context = new FakeCalls(extensions).context(limits);
    return new StripPresets(context, batch, cores);
  }

  private static List<StripPass> passes() {
    return List.of(conv(14, 32, 64), conv(7, 64, 128)).stream()
        .flatMap(l -> List.of(StripPass.forward(l), StripPass.data(l)).stream())
        .toList();
  }

  private static Linear conv(int side, int channels, int filters) {
    Shape in = Shape.of(side, side, channels);
    return new Linear(null, in, Window.over(in, 3, 3, 1, 1, true), filters, true);
  }

  /** The reference network's convolutions keep nine of ten units of a large device busy. */
  @ParameterizedTest
  @CsvSource({"64, true", "64, false", "512, true", "512, false", "2048, true", "10000, false"})
  void fillsALargeDevice(int batch, boolean cores) {
    StripPresets presets = presets(226 << 10, batch, cores, "");
    for (StripPass pass : passes()) {
      StripCut cut = presets.of(pass).orElseThrow();
      long groups = pass.strips(cut.strip(), batch) * cut.columns(pass);
      assertTrue(groups >= UNITS * 0.9, cut.toString());
      assertTrue(cut.hasRegisters(), cut.toString());
      assertEquals(0, pass.source() % cut.k());
      assertTrue(cut.depth() > 1, cut.toString());
    }
  }

  /** The last has NVIDIA's compiler, but copies nothing by itself. */
  @ParameterizedTest
  @CsvSource({"32,", "48,", "64,", "48, cl_nv_compiler_options"})
  void fitsASmallDevice(long kib, String extensions) {
    for (int batch : List.of(64, 512)) {
      StripPresets presets = presets(kib << 10, batch, false, extensions == null ? "" : extensions);
      for (StripPass pass : passes()) {
        StripCut cut = presets.of(pass).orElseThrow(() -> new AssertionError(pass.toString()));
        assertTrue(cut.local(pass) <= kib << 10, cut.toString());
      }
      close();
    }
  }

  /** A part of a multiprocessor has 16,384 registers for its quarter of the warps. */
  @ParameterizedTest
  @CsvSource({
    "128, 1, 255",
    "256, 1, 255",
    "288, 1, 168",
    "448, 1, 128",
    "128, 3, 168",
    "224, 2, 128"
  })
  void sharesRegisters(int items, int groups, int each) {
    assertEquals(each, GroupMemory.registers(items, groups));
  }
}
