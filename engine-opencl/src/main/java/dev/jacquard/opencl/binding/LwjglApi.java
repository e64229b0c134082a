package dev.jacquard.opencl.binding;

import static org.lwjgl.system.MemoryUtil.NULL;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.lwjgl.PointerBuffer;
import org.lwjgl.opencl.CL10;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/** OpenCL through LWJGL. */
final class LwjglApi implements ClApi {
  /** A function that fills {@code to}, or tells the size it needs. */
  private interface Information {
    int get(ByteBuffer to, PointerBuffer size);
  }

  @Override
  public List<Long> platforms() {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer count = stack.mallocInt(1);
      int status = CL10.clGetPlatformIDs(null, count);
      if (status == ClStatus.PLATFORM_NOT_FOUND || (status == 0 && count.get(0) == 0)) {
        return List.of();
      }
      check("clGetPlatformIDs", status);
      PointerBuffer found = stack.mallocPointer(count.get(0));
      check("clGetPlatformIDs", CL10.clGetPlatformIDs(found, (IntBuffer) null));
      return list(found);
    }
  }

  @Override
  public String platformText(long platform, ClQuery query) {
    return text(
        "clGetPlatformInfo of " + query,
        (to, size) -> CL10.clGetPlatformInfo(platform, query.code(), to, size));
  }

  @Override
  public List<Long> devices(long platform) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer count = stack.mallocInt(1);
      int status = CL10.clGetDeviceIDs(platform, CL10.CL_DEVICE_TYPE_ALL, null, count);
      if (status == ClStatus.DEVICE_NOT_FOUND || (status == 0 && count.get(0) == 0)) {
        return List.of();
      }
      check("clGetDeviceIDs", status);
      PointerBuffer found = stack.mallocPointer(count.get(0));
      check(
          "clGetDeviceIDs",
          CL10.clGetDeviceIDs(platform, CL10.CL_DEVICE_TYPE_ALL, found, (IntBuffer) null));
      return list(found);
    }
  }

  @Override
  public String deviceText(long device, ClQuery query) {
    return text(
        "clGetDeviceInfo of " + query,
        (to, size) -> CL10.clGetDeviceInfo(device, query.code(), to, size));
  }

  @Override
  public long deviceNumber(long device, ClQuery query) {
    byte[] bytes =
        bytes(
            "clGetDeviceInfo of " + query,
            (to, size) -> CL10.clGetDeviceInfo(device, query.code(), to, size));
    ByteBuffer number = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    return bytes.length == Integer.BYTES ? number.getInt() & 0xFFFFFFFFL : number.getLong();
  }

  @Override
  public long createContext(long platform, long device) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      PointerBuffer properties = stack.pointers(CL10.CL_CONTEXT_PLATFORM, platform, NULL);
      long context = CL10.clCreateContext(properties, device, null, NULL, status);
      check("clCreateContext", status.get(0));
      return context;
    }
  }

  @Override
  public void releaseContext(long context) {
    check("clReleaseContext", CL10.clReleaseContext(context));
  }

  @Override
  public long createQueue(long context, long device) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      long queue = CL10.clCreateCommandQueue(context, device, 0, status);
      check("clCreateCommandQueue", status.get(0));
      return queue;
    }
  }

  @Override
  public void releaseQueue(long queue) {
    check("clReleaseCommandQueue", CL10.clReleaseCommandQueue(queue));
  }

  @Override
  public long buildProgram(long context, long device, String source, String options) {
    long program;
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      program = CL10.clCreateProgramWithSource(context, source, status);
      check("clCreateProgramWithSource", status.get(0));
    }
    int status = CL10.clBuildProgram(program, device, options, null, NULL);
    if (status != ClStatus.SUCCESS) {
      String log = buildLog(program, device);
      releaseProgram(program);
      throw new ClException("clBuildProgram with " + options, status, log);
    }
    return program;
  }

  private static String buildLog(long program, long device) {
    return text(
        "clGetProgramBuildInfo",
        (to, size) ->
            CL10.clGetProgramBuildInfo(program, device, CL10.CL_PROGRAM_BUILD_LOG, to, size));
  }

  @Override
  public void releaseProgram(long program) {
    check("clReleaseProgram", CL10.clReleaseProgram(program));
  }

  @Override
  public long createKernel(long program, String name) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      long kernel = CL10.clCreateKernel(program, name, status);
      check("clCreateKernel of " + name, status.get(0));
      return kernel;
    }
  }

  @Override
  public void releaseKernel(long kernel) {
    check("clReleaseKernel", CL10.clReleaseKernel(kernel));
  }

  @Override
  public long createBuffer(long context, long bytes) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      long buffer = CL10.clCreateBuffer(context, CL10.CL_MEM_READ_WRITE, bytes, status);
      check("clCreateBuffer of " + bytes + " bytes", status.get(0));
      return buffer;
    }
  }

  @Override
  public void releaseBuffer(long buffer) {
    check("clReleaseMemObject", CL10.clReleaseMemObject(buffer));
  }

  @Override
  public void setBuffer(long kernel, int index, long buffer) {
    check("clSetKernelArg", index, CL10.clSetKernelArg1p(kernel, index, buffer));
  }

  @Override
  public void setInt(long kernel, int index, int value) {
    check("clSetKernelArg", index, CL10.clSetKernelArg1i(kernel, index, value));
  }

  @Override
  public void write(long queue, long buffer, long offset, ByteBuffer from) {
    check(
        "clEnqueueWriteBuffer",
        CL10.clEnqueueWriteBuffer(queue, buffer, true, offset, from, null, null));
  }

  @Override
  public void read(long queue, long buffer, long offset, ByteBuffer to) {
    check(
        "clEnqueueReadBuffer",
        CL10.clEnqueueReadBuffer(queue, buffer, true, offset, to, null, null));
  }

  @Override
  public void copy(long queue, long from, long fromOffset, long to, long toOffset, long bytes) {
    check(
        "clEnqueueCopyBuffer",
        CL10.clEnqueueCopyBuffer(queue, from, to, fromOffset, toOffset, bytes, null, null));
  }

  @Override
  public void launch(long queue, long kernel, WorkSize size) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer items = stack.pointers(size.itemsX(), size.itemsY());
      PointerBuffer all =
          stack.pointers(size.groupsX() * size.itemsX(), size.groupsY() * size.itemsY());
      check(
          "clEnqueueNDRangeKernel",
          CL10.clEnqueueNDRangeKernel(queue, kernel, 2, null, all, items, null, null));
    }
  }

  @Override
  public void finish(long queue) {
    check("clFinish", CL10.clFinish(queue));
  }

  private static String text(String call, Information information) {
    byte[] bytes = bytes(call, information);
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    // Drivers give ASCII or UTF-8; what is neither is not worth failing for.
    return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
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

  private static List<Long> list(PointerBuffer handles) {
    List<Long> list = new ArrayList<>();
    for (int i = 0; i < handles.capacity(); i++) {
      list.add(handles.get(i));
    }
    return list;
  }

  private static void check(String call, int status) {
    if (status != ClStatus.SUCCESS) {
      throw new ClException(call, status);
    }
  }

  private static void check(String call, int argument, int status) {
    if (status != ClStatus.SUCCESS) {
      throw new ClException(call + " of argument " + argument, status);
    }
  }
}
