package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.WorkSize;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A call of a kernel whose items stride over elements: its arguments in their order, then {@link
 * #run}. It runs with few groups and with many, which must give the same bits. Outputs start as
 * words of -1, which are NaN, and are followed by a fence of them: what is not written, or written
 * beyond the end, fails.
 */
final class KernelCall {
  /** The seed of draws. */
  static final long SEED = 0x9E3779B97F4A7C15L;

  private static final int FENCE = 64;
  private static final int UNWRITTEN = -1;

  private final FoundDevice found;
  private final String family;
  private final String defines;
  private final String name;
  private final List<Argument> arguments = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();
  private int items = 64;

  /** Fewer items than elements, and more. */
  private int[] groups = {1, 23};

  private interface Argument {
    /** Sets it; returns its buffer, or 0 if it has none. */
    long set(Workbench bench, long kernel, int index);
  }

  /** Of which the words before {@code skipped} are as they were. */
  private record Output(int argument, int skipped, int words) {}

  /** What the outputs hold after a call, in the order of their arguments. */
  record Outputs(List<int[]> words) {
    float[] floats(int output) {
      int[] from = words.get(output);
      float[] floats = new float[from.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = Float.intBitsToFloat(from[i]);
      }
      return floats;
    }
  }

  KernelCall(FoundDevice found, String family, String defines, String name) {
    this.found = found;
    this.family = family;
    this.defines = defines;
    this.name = name;
  }

  /** Groups of so many items, which the defines say too. */
  KernelCall group(int size) {
    items = size;
    return this;
  }

  /** Runs with exactly so many groups, both times. */
  KernelCall exactly(int count) {
    groups = new int[] {count, count};
    return this;
  }

  /** The two arguments that say which step it is; the step before it has another size. */
  KernelCall step(int size, int position, int number) {
    return ints(size + 1, position + 1, number + 1, 0, size, position, number, 0).number(1);
  }

  KernelCall number(int value) {
    arguments.add(
        (bench, kernel, index) -> {
          bench.cl().setInt(kernel, index, value);
          return 0;
        });
    return this;
  }

  KernelCall bytes(byte... content) {
    arguments.add(
        (bench, kernel, index) -> {
          long buffer = bench.buffer(content);
          bench.cl().setBuffer(kernel, index, buffer);
          return buffer;
        });
    return this;
  }

  KernelCall ints(int... content) {
    ByteBuffer bytes = Workbench.bytes(content.length * Integer.BYTES);
    bytes.asIntBuffer().put(content);
    byte[] all = new byte[bytes.capacity()];
    bytes.get(all);
    return bytes(all);
  }

  KernelCall floats(double... content) {
    return ints(bits(content));
  }

  /** An output of so many words, all of which the kernel has to write. */
  KernelCall output(int words) {
    return outputBehind(0, words);
  }

  /** The same behind words that the kernel leaves as they are: those of the step before. */
  KernelCall outputBehind(int skipped, int words) {
    int[] content = new int[skipped + words];
    Arrays.fill(content, UNWRITTEN);
    return output(skipped, content);
  }

  /** An output that the kernel adds to. */
  KernelCall output(double... content) {
    return output(0, bits(content));
  }

  private KernelCall output(int skipped, int[] content) {
    int[] fenced = Arrays.copyOf(content, content.length + FENCE);
    Arrays.fill(fenced, content.length, fenced.length, UNWRITTEN);
    outputs.add(new Output(arguments.size(), skipped, content.length - skipped));
    return ints(fenced);
  }

  private static int[] bits(double... content) {
    return Arrays.stream(content).mapToInt(value -> Float.floatToIntBits((float) value)).toArray();
  }

  Outputs run() {
    try (Workbench bench = new Workbench(found.cl(), found)) {
      long kernel = bench.kernel(KernelSources.of(family), " -Werror" + defines, name);
      Outputs first = run(bench, kernel, groups[0]);
      Outputs second = run(bench, kernel, groups[1]);
      for (int o = 0; o < outputs.size(); o++) {
        assertArrayEquals(first.words().get(o), second.words().get(o), "other groups, other bits");
      }
      return first;
    }
  }

  private Outputs run(Workbench bench, long kernel, int count) {
    long[] buffers = new long[arguments.size()];
    for (int index = 0; index < buffers.length; index++) {
      buffers[index] = arguments.get(index).set(bench, kernel, index);
    }
    bench.cl().launch(bench.queue(), kernel, WorkSize.of(count, items));
    return new Outputs(
        outputs.stream().map(to -> read(bench, buffers[to.argument()], to)).toList());
  }

  private static int[] read(Workbench bench, long buffer, Output output) {
    int end = output.skipped() + output.words();
    ByteBuffer bytes = Workbench.bytes((end + FENCE) * Integer.BYTES);
    bench.cl().read(bench.queue(), buffer, 0, bytes);
    int[] all = new int[end + FENCE];
    bytes.asIntBuffer().get(all);
    for (int i = 0; i < all.length; i++) {
      if (i < output.skipped() || i >= end) {
        assertEquals(UNWRITTEN, all[i], "written outside: " + i);
      } else {
        assertNotEquals(UNWRITTEN, all[i], "not written: " + i);
      }
    }
    return Arrays.copyOfRange(all, output.skipped(), end);
  }
}
