package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.binding.WorkSize;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a group of a device may have of local memory.
 *
 * @param bytes that a kernel may declare, which can be more than the device reports
 * @param async whether the device copies into it by itself, as {@code local_copy.cl} has it
 */
record GroupMemory(long bytes, boolean async) {
  private static final String FAMILY = "local_probe";

  /**
   * What multiprocessors of NVIDIA's give a group, compute capability 9.0, 8.0 and 8.6; reported
   * are 48 KiB. The first is a KiB less than what is given: 227 were refused.
   */
  private static final List<Long> NVIDIA = List.of(226L << 10, 163L << 10, 99L << 10);

  /** What every device has: one that fails with so little does not copy by itself. */
  private static final long LITTLE = 32L << 10;

  private static final int ATTEMPTS = 2;
  private static final int GROUPS = 256;
  private static final int NUMBERS = 256;
  private static final int ITEMS = 64;

  /** What a multiprocessor keeps of local memory for each group. */
  private static final long RESERVED = 1 << 10;

  /** Registers of a multiprocessor's part, of which it has four. */
  private static final int PART_REGISTERS = 16384;

  private static final int PARTS = 4;
  private static final int WARP = 32;
  private static final int MOST_REGISTERS = 255;

  /**
   * Asks a device: a query does not know, so kernels are compiled for it, and their numbers
   * compared.
   */
  static GroupMemory of(Context context) {
    if (context.isNvidia() && copies(context, LITTLE)) {
      for (long bytes : NVIDIA) {
        if (copies(context, bytes)) {
          return new GroupMemory(bytes, true);
        }
      }
      return new GroupMemory(context.limits().local(), true);
    }
    return new GroupMemory(context.limits().local(), false);
  }

  /** Whether a kernel with so much compiles, and copies right. */
  private static boolean copies(Context context, long bytes) {
    Defines defines = new Defines().with("ROOM", bytes / Float.BYTES).with("ASYNC", true);
    try {
      long kernel = context.kernel(context.program(FAMILY, defines), FAMILY);
      try {
        // Another process may have had all that there is.
        return IntStream.range(0, ATTEMPTS).anyMatch(attempt -> isRight(context, kernel));
      } finally {
        Context.release(context.cl()::releaseKernel, kernel);
      }
    } catch (ClException e) {
      return false;
    }
  }

  private static boolean isRight(Context context, long kernel) {
    float[] from = new float[GROUPS * NUMBERS];
    IntStream.range(0, from.length).forEach(i -> from[i] = i);
    try (Memory memory = new Memory(context, "close other sessions")) {
      float[] made = copied(context, memory, kernel, from);
      return IntStream.range(0, made.length).allMatch(i -> made[i] == from[i] + 1);
    } catch (ClException | OutOfMemory e) {
      return false;
    }
  }

  private static float[] copied(Context context, Memory memory, long kernel, float[] from) {
    ClApi cl = context.cl();
    long queue = context.createQueue();
    try {
      long source = memory.buffer(4L * from.length, "a probe");
      long target = memory.buffer(4L * from.length, "a probe");
      Host.write(cl, queue, source, 0, from);
      cl.setBuffer(kernel, 0, source);
      cl.setBuffer(kernel, 1, target);
      cl.launch(queue, kernel, new WorkSize(GROUPS, 1, ITEMS, 1));
      float[] made = new float[from.length];
      Host.read(cl, queue, target, 0, made);
      return made;
    } finally {
      Context.release(cl::releaseQueue, queue);
    }
  }

  /** How many groups that need so many bytes a multiprocessor has room for. */
  int groups(long local) {
    return (int) ((bytes + RESERVED) / (local + RESERVED));
  }

  /** Registers of an item where an NVIDIA multiprocessor runs so many groups. */
  static int registers(int items, int groups) {
    int warps = (items + WARP - 1) / WARP * groups;
    int each = PART_REGISTERS / WARP / ((warps + PARTS - 1) / PARTS);
    return Math.min(MOST_REGISTERS, each / 8 * 8);
  }
}
