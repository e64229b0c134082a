package dev.jacquard.opencl.binding;

import static dev.jacquard.opencl.binding.ClException.check;

import java.nio.ByteBuffer;
import org.lwjgl.PointerBuffer;
import org.lwjgl.opencl.CL10;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/** What OpenCL's functions for information answer, through LWJGL. */
final class LwjglInfo {
  private LwjglInfo() {}

  /** A function that fills {@code to}, or tells the size it needs. */
  interface Information {
    int get(ByteBuffer to, PointerBuffer size);
  }

  static String text(String call, Information information) {
    return InfoBytes.text(bytes(call, information));
  }

  static long number(String call, Information information) {
    return InfoBytes.number(bytes(call, information));
  }

  /** A buffer's bytes for an error, which must not fail itself: -1 if they cannot be had. */
  static long bufferSize(long buffer) {
    try {
      return number(
          "clGetMemObjectInfo",
          (to, size) -> CL10.clGetMemObjectInfo(buffer, CL10.CL_MEM_SIZE, to, size));
    } catch (RuntimeException e) {
      return -1;
    }
  }

  /** When an event's command reached a point, on a clock of the device. */
  static long nanoseconds(long event, int point) {
    return number(
        "clGetEventProfilingInfo",
        (to, size) -> CL10.clGetEventProfilingInfo(event, point, to, size));
  }

  /** A kernel's name for an error, which must not fail itself. */
  static String kernelName(long kernel) {
    try {
      return text(
          "clGetKernelInfo",
          (to, size) -> CL10.clGetKernelInfo(kernel, CL10.CL_KERNEL_FUNCTION_NAME, to, size));
    } catch (RuntimeException e) {
      return CallText.UNNAMED_KERNEL;
    }
  }

  /** The program's binary for its one device. */
  static byte[] binary(long program) {
    String call = "clGetProgramInfo of the binary";
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer size = stack.callocPointer(1);
      check(call, CL10.clGetProgramInfo(program, CL10.CL_PROGRAM_BINARY_SIZES, size, null));
      byte[] bytes = new byte[Math.toIntExact(size.get(0))];
      if (bytes.length == 0) {
        return bytes;
      }
      ByteBuffer buffer = MemoryUtil.memAlloc(bytes.length);
      try {
        PointerBuffer address = stack.pointers(MemoryUtil.memAddress(buffer));
        check(call, CL10.clGetProgramInfo(program, CL10.CL_PROGRAM_BINARIES, address, null));
        buffer.get(bytes);
      } finally {
        MemoryUtil.memFree(buffer);
      }
      return bytes;
    }
  }

  private static byte[] bytes(String call, Information information) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer size = stack.mallocPointer(1);
      check(call, information.get(null, size));
      byte[] bytes = new byte[Math.toIntExact(size.get(0))];
      // Not from the stack: a compiler's log may be longer than that.
      ByteBuffer buffer = MemoryUtil.memAlloc(Math.max(bytes.length, 1));
      try {
        check(call, information.get(buffer, null));
        buffer.get(bytes);
      } finally {
        MemoryUtil.memFree(buffer);
      }
      return bytes;
    }
  }
}
