package dev.jacquard.opencl.plan;

import dev.jacquard.backend.ResidentData;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.tensor.DType;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** A data set in the device's memory, as stored. */
public final class ResidentSamples implements ResidentData {
  private static final int CHUNK = 1 << 22;

  private final Object owner;
  private final Memory memory;
  private final String name;
  private final int size;
  private final long elements;
  private final long labels;
  private final Consumer<ResidentSamples> onClose;
  private final Memory patchMemory;
  private final Map<Object, Long> patches = new HashMap<>();
  private final Set<Object> filled = new HashSet<>();
  private volatile boolean closed;

  /**
   * Copies a data set to the device.
   *
   * @param owner what stands for the session that uploads it
   * @param onClose is told when it is closed
   */
  public ResidentSamples(
      Object owner, Context context, long queue, DataSet set, Consumer<ResidentSamples> onClose) {
    this.owner = owner;
    this.name = set.name();
    this.size = set.size();
    this.onClose = onClose;
    this.memory = new Memory(context, "use a smaller data set");
    this.patchMemory = new Memory(context, "use a smaller data set, or --no-fuse");
    try {
      long count = (long) size * set.sample().elements();
      this.elements = memory.buffer(count * set.dtype().bytes(), "the samples of " + name);
      this.labels = memory.buffer(4L * size, "the labels of " + name);
      Source samples =
          set.dtype() == DType.U8
              ? (at, some, to) -> to.put(0, set.bytes(), at, some)
              : (at, some, to) -> to.asFloatBuffer().put(set.floats(), at, some);
      Source classes = (at, some, to) -> to.asIntBuffer().put(set.labels(), at, some);
      copy(context.cl(), queue, elements, (int) count, set.dtype().bytes(), samples);
      copy(context.cl(), queue, labels, size, Integer.BYTES, classes);
      // Plans have queues of their own, which know nothing of what this one has still to do.
      context.cl().finish(queue);
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  /** Puts some elements, from element {@code at} on, where {@code to} begins. */
  private interface Source {
    void put(int at, int some, ByteBuffer to);
  }

  private static void copy(ClApi cl, long queue, long to, int count, int bytes, Source source) {
    int most = Math.min(CHUNK / bytes, count);
    ByteBuffer staging = Host.bytes((long) bytes * most);
    int some;
    for (int at = 0; at < count; at += some) {
      some = Math.min(most, count - at);
      staging.clear().limit(bytes * some);
      source.put(at, some, staging);
      cl.write(queue, to, (long) bytes * at, staging);
    }
  }

  /**
   * The resident data, if it is one that this owner's plans may read.
   *
   * @throws JacquardException if it is another session's or closed
   */
  static ResidentSamples of(ResidentData data, Object owner) {
    if (!(data instanceof ResidentSamples own) || own.owner != owner) {
      throw new JacquardException(
          "the data set was uploaded to another session; upload it to the one that uses it");
    }
    if (own.closed) {
      throw own.closed();
    }
    return own;
  }

  private JacquardException closed() {
    return new JacquardException(
        "the data set " + name + " is closed; upload it again before using it");
  }

  String name() {
    return name;
  }

  long elements() {
    return elements;
  }

  long labels() {
    return labels;
  }

  /**
   * What is known of the images' patches as this window sees them, so many floats an image.
   *
   * @param maker is given the buffer to fill, if nobody has filled it yet
   */
  synchronized long patches(Object window, int floats, LongConsumer maker) {
    if (closed) {
      throw closed();
    }
    long buffer =
        patches.computeIfAbsent(
            window,
            none -> patchMemory.buffer(4L * size * floats, "moments of patches of " + name));
    if (!filled.contains(window)) {
      // Where this fails, the next to ask has it filled.
      maker.accept(buffer);
      filled.add(window);
    }
    return buffer;
  }

  /** Bytes that it takes on the device. */
  public long bytes() {
    return memory.bytes() + patchMemory.bytes();
  }

  /** Buffers that it takes on the device. */
  public int buffers() {
    return memory.buffers() + patchMemory.buffers();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      patchMemory.close();
      memory.close();
      onClose.accept(this);
    }
  }
}
