package dev.jacquard.cpu.plan;

import dev.jacquard.error.JacquardException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what a device has handed out. The arrays are the JVM's, but what is not given back by
 * closing is a leak of whoever owns it, and the count shows it.
 */
public final class Arena implements AutoCloseable {
  private final AtomicLong total;
  private long buffers;
  private long bytes;
  private boolean closed;

  /** An arena that also counts its buffers in {@code total}. */
  public Arena(AtomicLong total) {
    this.total = total;
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
    buffers++;
    total.incrementAndGet();
    bytes += size;
  }

  /** A zeroed array. */
  public float[] floats(long count, String what) {
    float[] array = new float[checked(count, what)];
    count(4L * count);
    return array;
  }

  /** A zeroed array. */
  public int[] ints(long count, String what) {
    int[] array = new int[checked(count, what)];
    count(4L * count);
    return array;
  }

  /** A zeroed array. */
  public double[] doubles(long count, String what) {
    double[] array = new double[checked(count, what)];
    count(8L * count);
    return array;
  }

  private static int checked(long count, String what) {
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
    total.addAndGet(-buffers);
    buffers = 0;
    bytes = 0;
  }
}
