package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.ClException;
import java.util.ArrayList;
import java.util.List;

/** Buffers that are freed together. Not thread-safe. */
final class Memory implements AutoCloseable {
  private final Context context;
  private final String remedy;
  private final List<Long> buffers = new ArrayList<>();
  private final List<Long> parts = new ArrayList<>();
  private long bytes;

  /**
   * No buffers yet.
   *
   * @param remedy what the user can do if the device has too little memory
   */
  Memory(Context context, String remedy) {
    this.context = context;
    this.remedy = remedy;
  }

  /**
   * A buffer whose content is undefined. An OpenCL buffer has at least one byte.
   *
   * @throws OutOfMemory if there is no room for it
   */
  long buffer(long size, String what) {
    long asked = Math.max(size, 4);
    if (asked > context.largestBuffer()) {
      String most = "a buffer may have at most " + mib(context.largestBuffer());
      throw tooMuch(what, asked, most, context.memory(), null);
    }
    // Some drivers promise what they do not have, and fail in the middle of a step.
    if (context.bytes() + asked > context.memory()) {
      throw tooMuch(what, asked, used(), context.memory(), null);
    }
    try {
      long buffer = context.cl().createBuffer(context.handle(), asked);
      buffers.add(buffer);
      bytes += asked;
      context.count(1, asked);
      return buffer;
    } catch (ClException e) {
      throw e.isOutOfMemory() ? tooMuch(what, asked, used(), context.bytes(), e) : e;
    }
  }

  private String used() {
    return mib(context.bytes()) + " of " + mib(context.memory()) + " are in use by this process";
  }

  /** A buffer of floats, all 0, which a queue fills. */
  long zeros(long queue, long floats, String what) {
    long buffer = buffer(4 * floats, what);
    context.cl().fill(queue, buffer, 0, Math.max(4 * floats, 4), 0);
    return buffer;
  }

  /** A part of a buffer, which begins at a multiple of the context's alignment. */
  long part(long buffer, long fromFloat, long floats) {
    long part = context.cl().createSubBuffer(buffer, 4 * fromFloat, 4 * floats);
    parts.add(part);
    return part;
  }

  private OutOfMemory tooMuch(String what, long asked, String has, long limit, ClException cause) {
    String problem = context.name() + ": no memory for " + what + ", " + mib(asked) + ": " + has;
    return new OutOfMemory(problem, remedy, limit, cause);
  }

  private static String mib(long bytes) {
    return Math.max(1, (bytes + (1 << 19)) >> 20) + " MiB";
  }

  long bytes() {
    return bytes;
  }

  int buffers() {
    return buffers.size();
  }

  @Override
  public void close() {
    parts.forEach(part -> Context.release(context.cl()::releaseBuffer, part));
    parts.clear();
    buffers.forEach(buffer -> Context.release(context.cl()::releaseBuffer, buffer));
    context.count(-buffers.size(), -bytes);
    buffers.clear();
    bytes = 0;
  }
}
