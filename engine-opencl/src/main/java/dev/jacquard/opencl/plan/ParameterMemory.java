package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.ClApi;

/** The parameters of a session on the device, and the queue that reads and writes them. */
public final class ParameterMemory implements AutoCloseable {
  private final ClApi cl;
  private final Parameters places;
  private final Memory memory;
  private final long queue;
  private final long buffer;

  /** All zero. */
  public ParameterMemory(Context context, Parameters places) {
    this.cl = context.cl();
    this.places = places;
    this.queue = context.createQueue();
    this.memory = new Memory(context, "use a smaller network");
    try {
      this.buffer = memory.zeros(queue, places.floats(), "the parameters");
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** All parameters. */
  public long buffer() {
    return buffer;
  }

  /** Runs its commands in order; for whoever copies to and from the device. */
  public long queue() {
    return queue;
  }

  /** Copies a parameter, or what lies like it in {@code from}, to the host. */
  public void read(long from, String parameter, float[] values) {
    Host.read(cl, queue, from, places.place(parameter).at(), values);
  }

  /** Copies a parameter, or what lies like it in {@code to}, from the host. */
  public void write(long to, String parameter, float[] values) {
    Host.write(cl, queue, to, places.place(parameter).at(), values);
    // That a write returns says only that the host's numbers are no longer needed: plans, whose
    // queues are their own, must find them on the device.
    cl.finish(queue);
  }

  /** Bytes on the device. */
  public long bytes() {
    return memory.bytes();
  }

  /** Buffers on the device. */
  public int buffers() {
    return memory.buffers();
  }

  @Override
  public void close() {
    memory.close();
    Context.release(cl::releaseQueue, queue);
  }
}
