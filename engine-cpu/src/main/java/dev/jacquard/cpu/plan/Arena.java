package dev.jacquard.cpu.plan;

import dev.jacquard.error.JacquardException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what a device has handed out. The arrays are the JVM's, but what is not given back by
 * closing is a leak of whoever owns it, and the count shows it.
 */
public final class Arena implements AutoCloseable {
  /**
   * Where the numbers of {@link #vectors} begin. An array's elements begin 16 bytes behind its
   * start: from this one on, vectors of 64 bytes do not straddle cache lines, if the array is at
   * the start of one.
   */
  static final int START = 12;

  /**
   * Elements that make an array stay where it is: G1 gives it regions of its own, whose start is
   * also its own, if regions have 1 MiB ({@code -XX:G1HeapRegionSize=1m}).
   */
  private static final int OWN_REGIONS = 128 * 1024;

  private final AtomicLong total;
  private final boolean roomy;
  private final Arena whole;
  private long buffers;
  private long bytes;
  private boolean closed;
  private String asked = "";

  /** An arena that also counts its buffers in {@code total}. */
  public Arena(AtomicLong total) {
    this(total, false);
  }

  /**
   * An arena that also counts its buffers in {@code total}.
   *
   * @param roomy whether {@link #aligned} may take more than it is asked for: where there is one
   *     such arena, not one for each caller
   */
  public Arena(AtomicLong total, boolean roomy) {
    this(total, roomy, null);
  }

  private Arena(AtomicLong total, boolean roomy, Arena whole) {
    this.total = total;
    this.roomy = roomy;
    this.whole = whole;
  }

  /** A part of this arena, which may be given back before it, and is with it. */
  Arena part() {
    return new Arena(total, roomy, this);
  }

  /**
   * Counts a buffer of {@code size} bytes that the caller keeps until this is closed.
   *
   * @throws IllegalStateException if it is closed already: nobody would give the buffer back
   */
  synchronized void count(long size) {
    if (closed) {
      throw new IllegalStateException("closed while it was about to take more memory");
    }
    if (whole == null) {
      total.incrementAndGet();
    } else {
      whole.count(size);
    }
    buffers++;
    bytes += size;
  }

  /** Gives back what a part has; nothing if that came back with the whole. */
  private synchronized void uncount(long partBuffers, long partBytes) {
    if (!closed) {
      total.addAndGet(-partBuffers);
      buffers -= partBuffers;
      bytes -= partBytes;
    }
  }

  /** A zeroed array. */
  public float[] floats(long count, String what) {
    int length = asked(count, 4, what);
    float[] array = new float[length];
    count(4L * count);
    return array;
  }

  /**
   * A zeroed array for kernels that read and write vectors: {@code count} numbers from {@link
   * #START} on, in whole cache lines where it is large and the JVM lets them.
   */
  public float[] vectors(long count, String what) {
    return floats(START + count, what);
  }

  /** Like {@link #vectors}. */
  int[] intVectors(long count, String what) {
    return ints(START + count, what);
  }

  /**
   * Like {@link #vectors}, and large in any case if this is roomy: a MiB for what is small, so only
   * for what is read again and again.
   */
  float[] aligned(long count, String what) {
    return floats(roomy ? Math.max(OWN_REGIONS, START + count) : START + count, what);
  }

  /** A zeroed array. */
  public int[] ints(long count, String what) {
    int length = asked(count, 4, what);
    int[] array = new int[length];
    count(4L * count);
    return array;
  }

  /** A zeroed array. */
  public double[] doubles(long count, String what) {
    int length = asked(count, 8, what);
    double[] array = new double[length];
    count(8L * count);
    return array;
  }

  private synchronized int asked(long count, int size, String what) {
    asked = what + ", " + Math.max(1, (count * size) >> 20) + " MiB";
    if (count > Integer.MAX_VALUE - 64) {
      throw new JacquardException(
          what
              + " needs "
              + count
              + " numbers; a Java array holds at most "
              + (Integer.MAX_VALUE - 64)
              + "; use a smaller batch size");
    }
    return (int) count;
  }

  /** What was last asked for, with its size: what memory was short of if it ran out. */
  public synchronized String asked() {
    return asked;
  }

  /** That there was no memory for what was last asked for, in the user's words. */
  public JacquardException outOfMemory(String remedy, OutOfMemoryError cause) {
    return new JacquardException(
        "out of memory for "
            + asked()
            + ", the JVM may take "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MiB in all; "
            + remedy
            + ", or a larger heap (-Xmx, for the command by JACQUARD_JAVA_OPTS)",
        cause);
  }

  /** Buffers that are alive. */
  public synchronized long buffers() {
    return buffers;
  }

  /** Their size. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Gives everything back. */
  @Override
  public synchronized void close() {
    closed = true;
    if (whole == null) {
      total.addAndGet(-buffers);
    } else {
      whole.uncount(buffers, bytes);
    }
    buffers = 0;
    bytes = 0;
  }
}
