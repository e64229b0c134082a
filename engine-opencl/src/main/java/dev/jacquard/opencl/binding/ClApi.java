package dev.jacquard.opencl.binding;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * OpenCL 1.2, as far as it is needed. Objects are handles; who creates one releases it. Every call
 * throws {@link ClException} on a status other than success. Thread-safe, except that a kernel's
 * arguments are for one thread at a time.
 */
public interface ClApi {
  /**
   * The drivers' platforms, in the loader's order.
   *
   * @return empty if the loader has no driver
   */
  List<Long> platforms();

  /** A text about a platform. */
  String platformText(long platform, ClQuery query);

  /**
   * A platform's devices of every type, in its order.
   *
   * @return empty if it has none
   */
  List<Long> devices(long platform);

  /** A text about a device. */
  String deviceText(long device, ClQuery query);

  /** A number about a device, of whatever width OpenCL gives it; a flag is 0 or 1. */
  long deviceNumber(long device, ClQuery query);

  /** Creates a context of one device. */
  long createContext(long platform, long device);

  /** Releases a context. */
  void releaseContext(long context);

  /** Creates a queue that runs its commands in order. */
  long createQueue(long context, long device);

  /** Creates a queue that also takes the time of its commands: see {@link #launchTimed}. */
  long createProfilingQueue(long context, long device);

  /** Releases a queue. */
  void releaseQueue(long queue);

  /**
   * Compiles a program.
   *
   * @param options as OpenCL defines them: {@code -cl-std=CL1.2 -D TILE_M=64}
   * @throws ClException with the compiler's log if the source does not compile
   */
  long buildProgram(long context, long device, String source, String options);

  /**
   * Makes a program of what {@link #programBinary} gave on the same device and driver.
   *
   * @param options those it was first built with
   * @throws ClException if the driver refuses it
   */
  long buildProgramFromBinary(long context, long device, byte[] binary, String options);

  /**
   * A built program in its driver's own form.
   *
   * @return empty if the driver gives none
   */
  byte[] programBinary(long program);

  /** Releases a program. */
  void releaseProgram(long program);

  /** Makes a kernel of a program, by its name. Its arguments keep their values between launches. */
  long createKernel(long program, String name);

  /** Releases a kernel. */
  void releaseKernel(long kernel);

  /** Creates a buffer to read and write, its content undefined. */
  long createBuffer(long context, long bytes);

  /**
   * Makes a buffer of a part of another, whose memory it shares. The other lives on until its parts
   * are released.
   *
   * @param buffer not itself a part
   * @param offset in bytes, a multiple of {@link ClQuery#BASE_ALIGNMENT_BITS} / 8
   */
  long createSubBuffer(long buffer, long offset, long bytes);

  /**
   * The bytes of a buffer, or of a part of one. For messages, so it does not fail.
   *
   * @return -1 if it cannot be asked
   */
  long bufferBytes(long buffer);

  /** Releases a buffer, or a part of one. */
  void releaseBuffer(long buffer);

  /**
   * Sets argument {@code index} to a buffer.
   *
   * @param buffer 0 for a null pointer
   */
  void setBuffer(long kernel, int index, long buffer);

  /** Sets argument {@code index} to a 32-bit integer. */
  void setInt(long kernel, int index, int value);

  /**
   * Writes to a buffer and returns when {@code from} may be reused.
   *
   * @param offset in bytes
   * @param from direct; what lies between position and limit is written
   */
  void write(long queue, long buffer, long offset, ByteBuffer from);

  /**
   * Waits for everything queued before, then reads from a buffer.
   *
   * @param offset in bytes
   * @param to direct; filled between position and limit
   */
  void read(long queue, long buffer, long offset, ByteBuffer to);

  /**
   * Queues to fill a part of a buffer.
   *
   * @param offset in bytes, a multiple of 4
   * @param bytes a multiple of 4
   * @param pattern what each 4 bytes become
   */
  void fill(long queue, long buffer, long offset, long bytes, int pattern);

  /** Queues a kernel. */
  void launch(long queue, long kernel, WorkSize size);

  /**
   * Queues a kernel, whose time can be asked when it has run.
   *
   * @param queue made by {@link #createProfilingQueue}
   * @return an event, which the caller releases
   */
  long launchTimed(long queue, long kernel, WorkSize size);

  /** How long the device worked on what an event stands for, which must have run. */
  long eventNanoseconds(long event);

  /** Releases an event. */
  void releaseEvent(long event);

  /** Waits for everything queued. */
  void finish(long queue);
}
