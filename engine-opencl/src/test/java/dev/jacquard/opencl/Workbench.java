package dev.jacquard.opencl;

import dev.jacquard.opencl.binding.ClApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** A context and a queue, and everything that a test makes on them; frees it all when closed. */
final class Workbench implements AutoCloseable {
  private final ClApi cl;
  private final long device;
  private final long context;
  private final long queue;
  private final Deque<Runnable> releases = new ArrayDeque<>();

  Workbench(ClApi cl, FoundDevice found) {
    this.cl = cl;
    this.device = found.device();
    context = cl.createContext(found.platform(), device);
    releases.push(() -> cl.releaseContext(context));
    queue = cl.createQueue(context, device);
    releases.push(() -> cl.releaseQueue(queue));
  }

  ClApi cl() {
    return cl;
  }

  long queue() {
    return queue;
  }

  /** Compiles with OpenCL C 1.2 and makes the kernel. */
  long kernel(String source, String defines, String name) {
    long program = cl.buildProgram(context, device, source, "-cl-std=CL1.2" + defines);
    releases.push(() -> cl.releaseProgram(program));
    long kernel = cl.createKernel(program, name);
    releases.push(() -> cl.releaseKernel(kernel));
    return kernel;
  }

  /** A buffer filled with NaN, or -1: what is read before it is written shows. */
  long buffer(int bytes) {
    byte[] content = new byte[bytes];
    Arrays.fill(content, (byte) 0xFF);
    return buffer(content);
  }

  long buffer(byte[] content) {
    long buffer = cl.createBuffer(context, content.length);
    releases.push(() -> cl.releaseBuffer(buffer));
    cl.write(queue, buffer, 0, bytes(content.length).put(content).flip());
    return buffer;
  }

  long buffer(double[] content) {
    ByteBuffer floats = bytes(content.length * Float.BYTES);
    for (double value : content) {
      floats.putFloat((float) value);
    }
    long buffer = buffer(floats.capacity());
    cl.write(queue, buffer, 0, floats.flip());
    return buffer;
  }

  byte[] read(long buffer, int offset, int count) {
    ByteBuffer to = bytes(count);
    cl.read(queue, buffer, offset, to);
    byte[] content = new byte[count];
    to.get(content);
    return content;
  }

  float[] readFloats(long buffer, int from, int count) {
    ByteBuffer to = bytes(count * Float.BYTES);
    cl.read(queue, buffer, (long) from * Float.BYTES, to);
    float[] content = new float[count];
    to.asFloatBuffer().get(content);
    return content;
  }

  /** A direct buffer in the order of this machine, which is also the device's. */
  static ByteBuffer bytes(int count) {
    return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
  }

  /** A source among the tests' own. */
  static String source(String name) {
    try (InputStream file = Workbench.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    while (!releases.isEmpty()) {
      releases.pop().run();
    }
  }
}
