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
   *
   * @throws OutOfMemory or ClException if it has no memory for a copy: that says nothing of groups
   */
  static GroupMemory of(Context context) {
    long reported = context.limits().local();
    if (!context.isNvidia()) {
      return new GroupMemory(reported, false);
    }
    try (Copy copy = new Copy(context)) {
      if (!copy.works(LITTLE)) {
        return new GroupMemory(reported, false);
      }
      long most = NVIDIA.stream().filter(copy::works).findFirst().orElse(reported);
      return new GroupMemory(most, true);
    }
  }

  /** A copy by way of local memory. */
  private static final class Copy implements AutoCloseable {
    private final Context context;
    private final ClApi cl;
    private final Memory memory;
    private final long from;
    private final long to;

    Copy(Context context) {
      this.context = context;
      this.cl = context.cl();
      this.memory = new Memory(context, "close other sessions and programs");
      long queue = context.createQueue();
      try {
        this.from = memory.buffer((long) Float.BYTES * numbers().length, "a probe");
        this.to = memory.buffer((long) Float.BYTES * numbers().length, "a probe");
        // Drivers look for a buffer's memory when it is first used.
        Host.write(cl, queue, from, 0, numbers());
        clear(queue);
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      } finally {
        Context.release(cl::releaseQueue, queue);
      }
    }

    private static float[] numbers() {
      float[] numbers = new float[GROUPS * NUMBERS];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = i;
      }
      return numbers;
    }

    private void clear(long queue) {
      cl.fill(queue, to, 0, (long) Float.BYTES * numbers().length, 0);
      cl.finish(queue);
    }

    /** Whether a kernel with so many bytes compiles, and copies right. */
    boolean works(long bytes) {
      Defines defines = new Defines().with("ROOM", bytes / Float.BYTES).with("ASYNC", true);
      try {
        long kernel = context.kernel(context.program(FAMILY, defines), FAMILY);
        try {
          // Another process may have had all that there is.
          return IntStream.range(0, ATTEMPTS).anyMatch(attempt -> isRight(kernel));
        } finally {
          Context.release(cl::releaseKernel, kernel);
        }
      } catch (ClException e) {
        return false;
      }
    }

    /** In a queue of its own: a launch that fails may leave it of no use. */
    private boolean isRight(long kernel) {
      long queue = context.createQueue();
      try {
        clear(queue);
        cl.setBuffer(kernel, 0, from);
        cl.setBuffer(kernel, 1, to);
        cl.launch(queue, kernel, new WorkSize(GROUPS, 1, ITEMS, 1));
        float[] made = new float[GROUPS * NUMBERS];
        Host.read(cl, queue, to, 0, made);
        return IntStream.range(0, made.length).allMatch(i -> made[i] == i + 1);
      } catch (ClException e) {
        return false;
      } finally {
        Context.release(cl::releaseQueue, queue);
      }
    }

    @Override
    public void close() {
      memory.close();
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
