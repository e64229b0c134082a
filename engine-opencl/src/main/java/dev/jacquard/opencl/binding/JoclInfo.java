package dev.jacquard.opencl.binding;

import static dev.jacquard.opencl.binding.ClException.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_program;

/** What OpenCL's functions for information answer, through JOCL. */
final class JoclInfo {
  private JoclInfo() {}

  /** A function that fills {@code bytes} at {@code to}, or tells the size it needs. */
  interface Information {
    int get(long bytes, Pointer to, long[] size);
  }

  static String text(String call, Information information) {
    return InfoBytes.text(bytes(call, information));
  }

  static long number(String call, Information information) {
    return InfoBytes.number(bytes(call, information));
  }

  /** A buffer's bytes for an error, which must not fail itself: -1 if they cannot be had. */
  static long bufferSize(cl_mem buffer) {
    try {
      return number(
          "clGetMemObjectInfo",
          (bytes, to, size) -> CL.clGetMemObjectInfo(buffer, CL.CL_MEM_SIZE, bytes, to, size));
    } catch (RuntimeException e) {
      return -1;
    }
  }

  /** When an event's command reached a point, on a clock of the device. */
  static long nanoseconds(cl_event event, int point) {
    return number(
        "clGetEventProfilingInfo",
        (bytes, to, size) -> CL.clGetEventProfilingInfo(event, point, bytes, to, size));
  }

  /** A kernel's name for an error, which must not fail itself. */
  static String kernelName(cl_kernel kernel) {
    try {
      return text(
          "clGetKernelInfo",
          (bytes, to, size) ->
              CL.clGetKernelInfo(kernel, CL.CL_KERNEL_FUNCTION_NAME, bytes, to, size));
    } catch (RuntimeException e) {
      return CallText.UNNAMED_KERNEL;
    }
  }

  /** The program's binary for its one device. */
  static byte[] binary(cl_program program) {
    String call = "clGetProgramInfo of the binary";
    long[] size = new long[1];
    check(
        call,
        CL.clGetProgramInfo(
            program, CL.CL_PROGRAM_BINARY_SIZES, Sizeof.size_t, Pointer.to(size), null));
    byte[] bytes = new byte[Math.toIntExact(size[0])];
    if (bytes.length == 0) {
      return bytes;
    }
    ByteBuffer buffer = direct(bytes.length);
    check(
        call,
        CL.clGetProgramInfo(
            program, CL.CL_PROGRAM_BINARIES, Sizeof.POINTER, Pointer.to(Pointer.to(buffer)), null));
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] bytes(String call, Information information) {
    long[] size = new long[1];
    check(call, information.get(0, null, size));
    byte[] bytes = new byte[Math.toIntExact(size[0])];
    ByteBuffer buffer = direct(Math.max(bytes.length, 1));
    check(call, information.get(bytes.length, Pointer.to(buffer), null));
    buffer.get(bytes);
    return bytes;
  }

  /** Direct: JOCL would hold a heap array still, and with it the garbage collector. */
  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
