package dev.jacquard.opencl.plan;

import dev.jacquard.error.JacquardException;
import dev.jacquard.opencl.binding.ClException;
import java.util.ArrayList;
import java.util.List;

/** Buffers that are freed together. Not thread-safe. */
final class Memory implements AutoCloseable {
  private static final int OUT_OF_MEMORY = -4;
  private static final int OUT_OF_RESOURCES = -5;
  private static final int INVALID_SIZE = -61;

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

  /** A buffer whose content is undefined. An OpenCL buffer has at least one byte. */
  long buffer(long size, String what) {
    long asked = Math.max(size, 4);
    if (asked > context.largestBuffer()) {
      throw tooMuch(what, asked, "a buffer may have at most " + mib(context.largestBuffer()), null);
    }
    try {
      long buffer = context.cl().createBuffer(context.handle(), asked);
      buffers.add(buffer);
      bytes += asked;
      context.count(1, asked);
      return buffer;
    } catch (ClException e) {
      boolean memory =
          e.status() == OUT_OF_MEMORY
              || e.status() == OUT_OF_RESOURCES
              || e.status() == INVALID_SIZE;
      String has =
          mib(context.bytes()) + " of " + mib(context.memory()) + " are in use by this process";
      throw memory ? tooMuch(what, asked, has, e) : e;
    }
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

  private JacquardException tooMuch(String what, long asked, String has, Exception cause) {
    return new JacquardException(
        context.name() + ": no memory for " + what + ", " + mib(asked) + ": " + has + "; " + remedy,
        cause);
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
    parts.forEach(context.cl()::releaseBuffer);
    parts.clear();
    buffers.forEach(context.cl()::releaseBuffer);
    context.count(-buffers.size(), -bytes);
    buffers.clear();
    bytes = 0;
  }
}
