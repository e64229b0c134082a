package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.WorkSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A call of a chain's kernel: its arguments in their order, then {@link #run}. It runs with one
 * group and with many, which must give the same bits. Outputs start as bytes of -1, floats of which
 * are NaN; what is not written fails, and so does what is written into the room behind.
 */
final class ChainLaunch {
  private static final int FENCE = 256;
  private static final byte UNWRITTEN = -1;

  private final FoundDevice found;
  private final String family;
  private final String defines;
  private final String name;
  private final int group;
  private final List<Argument> arguments = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();
  private int[] groups = {1, 23};

  private interface Argument {
    /** Sets it; returns its buffer, or 0 if it has none. */
    long set(Workbench bench, long kernel, int index);
  }

  /**
   * @param bytes that the kernel writes
   * @param element bytes of one that it writes at once; 0 where it need not write
   * @param all bytes that there are
   */
  private record Output(int argument, int bytes, int element, int all) {}

  /** What the outputs hold after a call, in the order of their arguments. */
  record Outputs(List<byte[]> bytes) {
    float[] floats(int output) {
      byte[] from = bytes.get(output);
      float[] floats = new float[from.length / Float.BYTES];
      ByteBuffer.wrap(from).order(ByteOrder.nativeOrder()).asFloatBuffer().get(floats);
      return floats;
    }
  }

  ChainLaunch(FoundDevice found, ChainCase chain, String family, String defines, String name) {
    this.found = found;
    this.family = family;
    this.defines = defines;
    this.name = name;
    this.group = chain.tuning().group();
  }

  /** The two arguments that say which step it is; the step before it has another size. */
  ChainLaunch step(int size, int position, int number) {
    ByteBuffer steps = Workbench.bytes(8 * Integer.BYTES);
    steps.asIntBuffer().put(new int[] {size + 1, position + 1, number + 1, 0});
    steps.position(4 * Integer.BYTES).putInt(size).putInt(position).putInt(number).putInt(0);
    byte[] all = new byte[steps.capacity()];
    steps.flip().get(all);
    return bytes(all).number(1);
  }

  ChainLaunch number(int value) {
    arguments.add(
        (bench, kernel, index) -> {
          bench.cl().setInt(kernel, index, value);
          return 0;
        });
    return this;
  }

  ChainLaunch bytes(byte... content) {
    arguments.add(
        (bench, kernel, index) -> {
          long buffer = bench.buffer(content);
          bench.cl().setBuffer(kernel, index, buffer);
          return buffer;
        });
    return this;
  }

  ChainLaunch floats(double... content) {
    return bytes(raw(content));
  }

  /** An input or output that the kernel must leave alone. */
  ChainLaunch absent() {
    return output(0, 0, 1);
  }

  /**
   * An output of {@code count} elements that the kernel has to write, and room for {@code room}
   * that it must not.
   */
  ChainLaunch output(int count, int room, int elementBytes) {
    byte[] content = new byte[(count + room) * elementBytes + FENCE];
    Arrays.fill(content, UNWRITTEN);
    outputs.add(new Output(arguments.size(), count * elementBytes, elementBytes, content.length));
    return bytes(content);
  }

  /** Numbers that the kernel changes. */
  ChainLaunch changing(double... values) {
    byte[] from = raw(values);
    byte[] content = Arrays.copyOf(from, from.length + FENCE);
    Arrays.fill(content, from.length, content.length, UNWRITTEN);
    outputs.add(new Output(arguments.size(), from.length, 0, content.length));
    return bytes(content);
  }

  /** The bytes of numbers in single precision. */
  static byte[] raw(double... content) {
    ByteBuffer floats = ByteBuffer.allocate(content.length * Float.BYTES);
    floats.order(ByteOrder.nativeOrder());
    for (double value : content) {
      floats.putFloat((float) value);
    }
    return floats.array();
  }

  /** Runs with exactly so many groups, both times. */
  ChainLaunch exactly(int count) {
    groups = new int[] {count, count};
    return this;
  }

  Outputs run() {
    try (Workbench bench = new Workbench(found.cl(), found)) {
      long kernel = bench.kernel(KernelSources.of(family), " -Werror" + defines, name);
      Outputs first = run(bench, kernel, groups[0]);
      Outputs second = run(bench, kernel, groups[1]);
      for (int o = 0; o < outputs.size(); o++) {
        assertArrayEquals(first.bytes().get(o), second.bytes().get(o), "other groups, other bits");
      }
      return first;
    }
  }

  private Outputs run(Workbench bench, long kernel, int count) {
    long[] buffers = new long[arguments.size()];
    for (int index = 0; index < buffers.length; index++) {
      buffers[index] = arguments.get(index).set(bench, kernel, index);
    }
    bench.cl().launch(bench.queue(), kernel, WorkSize.of(count, group));
    return new Outputs(
        outputs.stream().map(output -> read(bench, buffers[output.argument()], output)).toList());
  }

  private static byte[] read(Workbench bench, long buffer, Output output) {
    byte[] all = bench.read(buffer, 0, output.all());
    byte[] unwritten = new byte[output.element()];
    Arrays.fill(unwritten, UNWRITTEN);
    for (int at = 0; output.element() > 0 && at < output.bytes(); at += output.element()) {
      byte[] element = Arrays.copyOfRange(all, at, at + output.element());
      assertNotEquals(0, Arrays.compare(unwritten, element), "not written: byte " + at);
    }
    for (int at = output.bytes(); at < all.length; at++) {
      assertEquals(UNWRITTEN, all[at], "written beyond the end: byte " + at);
    }
    return Arrays.copyOf(all, output.bytes());
  }
}
