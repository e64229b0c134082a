package dev.jacquard.opencl.plan;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClQuery;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A device that is open: its OpenCL context, what it can do, the programs that have been built for
 * it, and how many buffers are alive on it. Thread-safe.
 */
public final class Context implements AutoCloseable {
  /** Floats that the places of parameters are a multiple of, at least. */
  private static final int LEAST_ALIGNMENT = 32;

  private final ClApi cl;
  private final long device;
  private final long handle;
  private final String name;
  private final String identity;
  private final long memory;
  private final long largestBuffer;
  private final int alignment;
  private final boolean processor;
  private final ProgramBuilder builder;
  private final AtomicLong live = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final Map<String, Long> programs = new ConcurrentHashMap<>();
  private boolean closed;

  /** What makes a program of source and options, by compiling or from a cache. */
  public interface ProgramBuilder {
    /** Returns the program's handle, which the caller releases. */
    long build(long context, long device, String source, String options);
  }

  /**
   * Opens a device.
   *
   * @param name what messages call it: {@code opencl:0:0}
   * @param identity platform, device and driver, which decide the bits that kernels give
   */
  public Context(
      ClApi cl, long platform, long device, String name, String identity, ProgramBuilder builder) {
    this.cl = cl;
    this.device = device;
    this.name = name;
    this.identity = identity;
    this.builder = builder;
    this.memory = cl.deviceNumber(device, ClQuery.GLOBAL_MEMORY);
    this.largestBuffer = cl.deviceNumber(device, ClQuery.BUFFER_SIZE);
    long bits = cl.deviceNumber(device, ClQuery.BASE_ALIGNMENT_BITS);
    this.alignment = (int) Math.max(bits / Float.SIZE, LEAST_ALIGNMENT);
    this.processor = (cl.deviceNumber(device, ClQuery.DEVICE_TYPE) & ClQuery.TYPE_CPU) != 0;
    this.handle = cl.createContext(platform, device);
  }

  ClApi cl() {
    return cl;
  }

  long handle() {
    return handle;
  }

  String name() {
    return name;
  }

  String identity() {
    return identity;
  }

  /** Bytes of global memory. */
  long memory() {
    return memory;
  }

  /** Bytes that one buffer may have. */
  long largestBuffer() {
    return largestBuffer;
  }

  /** Floats that the place of a part of a buffer must be a multiple of. */
  public int alignment() {
    return alignment;
  }

  /** Whether it is a processor that a driver makes into a device. */
  boolean processor() {
    return processor;
  }

  /** Buffers that are alive. */
  public long live() {
    return live.get();
  }

  /** Bytes of the buffers that are alive. */
  long bytes() {
    return bytes.get();
  }

  void count(int buffers, long size) {
    live.addAndGet(buffers);
    bytes.addAndGet(size);
  }

  long createQueue() {
    return cl.createQueue(handle, device);
  }

  /** A kernel of a family, specialised; the caller releases it. */
  long kernel(String family, String kernel, Defines defines) {
    String options = "-cl-std=CL1.2" + defines;
    long program =
        programs.computeIfAbsent(
            family + options,
            key -> builder.build(handle, device, KernelSources.of(family), options));
    return cl.createKernel(program, kernel);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      programs.values().forEach(cl::releaseProgram);
      programs.clear();
      cl.releaseContext(handle);
    }
  }
}
