package dev.jacquard.opencl.plan;

import dev.jacquard.error.JacquardException;
import dev.jacquard.opencl.binding.ClApi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Copies between Java arrays and buffers of the device. */
public final class Host {
  private Host() {}

  /** Memory that OpenCL can read and write, in this machine's byte order. */
  static ByteBuffer bytes(long count) {
    if (count > Integer.MAX_VALUE) {
      throw new JacquardException(
          count
              + " bytes at once are more than the OpenCL backend moves between host and device; use"
              + " smaller batches or layers");
    }
    return ByteBuffer.allocateDirect((int) count).order(ByteOrder.nativeOrder());
  }

  /** Writes floats, from float {@code at} of the buffer on. */
  public static void write(ClApi cl, long queue, long buffer, long at, float[] values) {
    ByteBuffer staging = bytes(4L * values.length);
    staging.asFloatBuffer().put(values);
    cl.write(queue, buffer, 4 * at, staging);
  }

  /** Reads floats, from float {@code at} of the buffer on. */
  public static void read(ClApi cl, long queue, long buffer, long at, float[] values) {
    ByteBuffer staging = bytes(4L * values.length);
    cl.read(queue, buffer, 4 * at, staging);
    staging.asFloatBuffer().get(values);
  }
}
