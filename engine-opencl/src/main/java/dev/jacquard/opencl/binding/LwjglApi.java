package dev.jacquard.opencl.binding;

import static dev.jacquard.opencl.binding.ClException.check;
import static org.lwjgl.system.MemoryUtil.NULL;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lwjgl.PointerBuffer;
import org.lwjgl.opencl.CL10;
import org.lwjgl.opencl.CL11;
import org.lwjgl.opencl.CL12;
import org.lwjgl.opencl.CLBufferRegion;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/** OpenCL through LWJGL. */
final class LwjglApi implements ClApi {
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
    return LwjglInfo.text(
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
    return LwjglInfo.text(
        "clGetDeviceInfo of " + query,
        (to, size) -> CL10.clGetDeviceInfo(device, query.code(), to, size));
  }

  @Override
  public long deviceNumber(long device, ClQuery query) {
    return LwjglInfo.number(
        "clGetDeviceInfo of " + query,
        (to, size) -> CL10.clGetDeviceInfo(device, query.code(), to, size));
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
    return createQueue(context, device, 0);
  }

  @Override
  public long createProfilingQueue(long context, long device) {
    return createQueue(context, device, CL10.CL_QUEUE_PROFILING_ENABLE);
  }

  private static long createQueue(long context, long device, long properties) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      long queue = CL10.clCreateCommandQueue(context, device, properties, status);
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
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      long program = CL10.clCreateProgramWithSource(context, source, status);
      check("clCreateProgramWithSource", status.get(0));
      return build(program, device, source, options, "clBuildProgram");
    }
  }

  @Override
  public long buildProgramFromBinary(long context, long device, byte[] binary, String options) {
    ByteBuffer content = MemoryUtil.memAlloc(binary.length).put(binary).flip();
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer refusal = stack.callocInt(1);
      IntBuffer status = stack.mallocInt(1);
      long program =
          CL10.clCreateProgramWithBinary(context, stack.pointers(device), content, refusal, status);
      String call = "clCreateProgramWithBinary of " + binary.length + " bytes";
      check(call, status.get(0));
      if (refusal.get(0) != ClStatus.SUCCESS) {
        CL10.clReleaseProgram(program);
        throw new ClException(call, refusal.get(0));
      }
      return build(program, device, "", options, "clBuildProgram of a binary");
    } finally {
      MemoryUtil.memFree(content);
    }
  }

  private static long build(long program, long device, String source, String options, String call) {
    int status = CL10.clBuildProgram(program, device, options, null, NULL);
    if (status == ClStatus.SUCCESS) {
      return program;
    }
    try {
      String log =
          LwjglInfo.text(
              "clGetProgramBuildInfo",
              (to, size) ->
                  CL10.clGetProgramBuildInfo(program, device, CL10.CL_PROGRAM_BUILD_LOG, to, size));
      throw new ClException(CallText.build(call, options), status, new BuildLog(log, source));
    } finally {
      CL10.clReleaseProgram(program);
    }
  }

  @Override
  public byte[] programBinary(long program) {
    return LwjglInfo.binary(program);
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
  public long createSubBuffer(long buffer, long offset, long bytes) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      CLBufferRegion region = CLBufferRegion.malloc(stack).set(offset, bytes);
      long part =
          CL11.nclCreateSubBuffer(
              buffer,
              CL10.CL_MEM_READ_WRITE,
              CL11.CL_BUFFER_CREATE_TYPE_REGION,
              region.address(),
              MemoryUtil.memAddress(status));
      if (status.get(0) != ClStatus.SUCCESS) {
        throw rangeFailure("clCreateSubBuffer", status.get(0), buffer, offset, bytes);
      }
      return part;
    }
  }

  @Override
  public long bufferBytes(long buffer) {
    return LwjglInfo.bufferSize(buffer);
  }

  @Override
  public void releaseBuffer(long buffer) {
    check("clReleaseMemObject", CL10.clReleaseMemObject(buffer));
  }

  @Override
  public void setBuffer(long kernel, int index, long buffer) {
    int status = CL10.clSetKernelArg1p(kernel, index, buffer);
    if (status != ClStatus.SUCCESS) {
      String name = LwjglInfo.kernelName(kernel);
      throw new ClException(CallText.argument(index, name, LwjglInfo.bufferSize(buffer)), status);
    }
  }

  @Override
  public void setInt(long kernel, int index, int value) {
    int status = CL10.clSetKernelArg1i(kernel, index, value);
    if (status != ClStatus.SUCCESS) {
      throw new ClException(CallText.argument(index, LwjglInfo.kernelName(kernel)), status);
    }
  }

  @Override
  public void write(long queue, long buffer, long offset, ByteBuffer from) {
    int status = CL10.clEnqueueWriteBuffer(queue, buffer, true, offset, from, null, null);
    if (status != ClStatus.SUCCESS) {
      throw rangeFailure("clEnqueueWriteBuffer", status, buffer, offset, from.remaining());
    }
  }

  @Override
  public void read(long queue, long buffer, long offset, ByteBuffer to) {
    int status = CL10.clEnqueueReadBuffer(queue, buffer, true, offset, to, null, null);
    if (status != ClStatus.SUCCESS) {
      throw rangeFailure("clEnqueueReadBuffer", status, buffer, offset, to.remaining());
    }
  }

  @Override
  public void fill(long queue, long buffer, long offset, long bytes, int pattern) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      ByteBuffer content = stack.malloc(Integer.BYTES).putInt(0, pattern);
      int status = CL12.clEnqueueFillBuffer(queue, buffer, content, offset, bytes, null, null);
      if (status != ClStatus.SUCCESS) {
        throw rangeFailure("clEnqueueFillBuffer", status, buffer, offset, bytes);
      }
    }
  }

  private static ClException rangeFailure(
      String call, int status, long buffer, long offset, long bytes) {
    return new ClException(
        CallText.range(call, bytes, offset, LwjglInfo.bufferSize(buffer)), status);
  }

  @Override
  public void launch(long queue, long kernel, WorkSize size) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      launch(queue, kernel, size, stack, null);
    }
  }

  @Override
  public long launchTimed(long queue, long kernel, WorkSize size) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer event = stack.callocPointer(1);
      launch(queue, kernel, size, stack, event);
      return event.get(0);
    }
  }

  private static void launch(
      long queue, long kernel, WorkSize size, MemoryStack stack, PointerBuffer event) {
    PointerBuffer items = stack.pointers(size.itemsX(), size.itemsY());
    PointerBuffer all =
        stack.pointers(size.groupsX() * size.itemsX(), size.groupsY() * size.itemsY());
    int status = CL10.clEnqueueNDRangeKernel(queue, kernel, 2, null, all, items, null, event);
    if (status != ClStatus.SUCCESS) {
      throw new ClException(CallText.launch(LwjglInfo.kernelName(kernel), size), status);
    }
  }

  @Override
  public long eventNanoseconds(long event) {
    return LwjglInfo.nanoseconds(event, CL10.CL_PROFILING_COMMAND_END)
        - LwjglInfo.nanoseconds(event, CL10.CL_PROFILING_COMMAND_START);
  }

  @Override
  public void releaseEvent(long event) {
    check("clReleaseEvent", CL10.clReleaseEvent(event));
  }

  @Override
  public void finish(long queue) {
    check("clFinish", CL10.clFinish(queue));
  }

  private static List<Long> list(PointerBuffer handles) {
    List<Long> list = new ArrayList<>();
    for (int i = 0; i < handles.capacity(); i++) {
      list.add(handles.get(i));
    }
    return list;
  }
}
