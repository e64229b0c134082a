package dev.jacquard.opencl.binding;

import static dev.jacquard.opencl.binding.ClException.check;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_buffer_region;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_platform_id;
import org.jocl.cl_program;

/** OpenCL through JOCL. A handle that is not known, or no longer, is one that is not valid. */
final class JoclApi implements ClApi {
  private final JoclHandles<cl_platform_id> platforms = new JoclHandles<>();
  private final JoclHandles<cl_device_id> devices = new JoclHandles<>();
  private final JoclHandles<cl_context> contexts = new JoclHandles<>();
  private final JoclHandles<cl_command_queue> queues = new JoclHandles<>();
  private final JoclHandles<cl_program> programs = new JoclHandles<>();
  private final JoclHandles<cl_kernel> kernels = new JoclHandles<>();
  private final JoclHandles<cl_mem> buffers = new JoclHandles<>();
  private final JoclHandles<cl_event> events = new JoclHandles<>();

  @Override
  public List<Long> platforms() {
    int[] count = new int[1];
    int status = CL.clGetPlatformIDs(0, null, count);
    if (status == ClStatus.PLATFORM_NOT_FOUND || (status == 0 && count[0] == 0)) {
      return List.of();
    }
    check("clGetPlatformIDs", status);
    cl_platform_id[] found = new cl_platform_id[count[0]];
    check("clGetPlatformIDs", CL.clGetPlatformIDs(found.length, found, null));
    List<Long> list = new ArrayList<>();
    for (cl_platform_id platform : found) {
      list.add(platforms.add(platform));
    }
    return list;
  }

  @Override
  public String platformText(long platform, ClQuery query) {
    return JoclInfo.text(
        "clGetPlatformInfo of " + query,
        (bytes, to, size) ->
            CL.clGetPlatformInfo(platforms.get(platform), query.code(), bytes, to, size));
  }

  @Override
  public List<Long> devices(long platform) {
    cl_platform_id of = platforms.get(platform);
    int[] count = new int[1];
    int status = CL.clGetDeviceIDs(of, CL.CL_DEVICE_TYPE_ALL, 0, null, count);
    if (status == ClStatus.DEVICE_NOT_FOUND || (status == 0 && count[0] == 0)) {
      return List.of();
    }
    check("clGetDeviceIDs", status);
    cl_device_id[] found = new cl_device_id[count[0]];
    check(
        "clGetDeviceIDs", CL.clGetDeviceIDs(of, CL.CL_DEVICE_TYPE_ALL, found.length, found, null));
    List<Long> list = new ArrayList<>();
    for (cl_device_id device : found) {
      list.add(devices.add(device));
    }
    return list;
  }

  @Override
  public String deviceText(long device, ClQuery query) {
    return JoclInfo.text(
        "clGetDeviceInfo of " + query,
        (bytes, to, size) ->
            CL.clGetDeviceInfo(devices.get(device), query.code(), bytes, to, size));
  }

  @Override
  public long deviceNumber(long device, ClQuery query) {
    return JoclInfo.number(
        "clGetDeviceInfo of " + query,
        (bytes, to, size) ->
            CL.clGetDeviceInfo(devices.get(device), query.code(), bytes, to, size));
  }

  @Override
  public long createContext(long platform, long device) {
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL.CL_CONTEXT_PLATFORM, platforms.get(platform));
    int[] status = new int[1];
    cl_context context = CL.clCreateContext(properties, 1, deviceList(device), null, null, status);
    check("clCreateContext", status[0]);
    return contexts.add(context);
  }

  @Override
  public void releaseContext(long context) {
    check("clReleaseContext", contexts.release(context, CL::clReleaseContext));
  }

  @Override
  public long createQueue(long context, long device) {
    return createQueue(context, device, 0);
  }

  @Override
  public long createProfilingQueue(long context, long device) {
    return createQueue(context, device, CL.CL_QUEUE_PROFILING_ENABLE);
  }

  // What replaces it is not in OpenCL 1.2.
  @SuppressWarnings("deprecation")
  private long createQueue(long context, long device, long properties) {
    int[] status = new int[1];
    cl_command_queue queue =
        CL.clCreateCommandQueue(contexts.get(context), devices.get(device), properties, status);
    check("clCreateCommandQueue", status[0]);
    return queues.add(queue);
  }

  @Override
  public void releaseQueue(long queue) {
    check("clReleaseCommandQueue", queues.release(queue, CL::clReleaseCommandQueue));
  }

  @Override
  public long buildProgram(long context, long device, String source, String options) {
    int[] status = new int[1];
    cl_program program =
        CL.clCreateProgramWithSource(contexts.get(context), 1, new String[] {source}, null, status);
    check("clCreateProgramWithSource", status[0]);
    return build(program, device, source, options, "clBuildProgram");
  }

  @Override
  public long buildProgramFromBinary(long context, long device, byte[] binary, String options) {
    int[] refusal = new int[1];
    int[] status = new int[1];
    cl_program program =
        CL.clCreateProgramWithBinary(
            contexts.get(context),
            1,
            deviceList(device),
            new long[] {binary.length},
            new byte[][] {binary},
            refusal,
            status);
    String call = "clCreateProgramWithBinary of " + binary.length + " bytes";
    check(call, status[0]);
    if (refusal[0] != ClStatus.SUCCESS) {
      CL.clReleaseProgram(program);
      throw new ClException(call, refusal[0]);
    }
    return build(program, device, "", options, "clBuildProgram of a binary");
  }

  private long build(cl_program program, long device, String source, String options, String call) {
    int status = CL.clBuildProgram(program, 1, deviceList(device), options, null, null);
    if (status == ClStatus.SUCCESS) {
      return programs.add(program);
    }
    try {
      String log =
          JoclInfo.text(
              "clGetProgramBuildInfo",
              (bytes, to, size) ->
                  CL.clGetProgramBuildInfo(
                      program, devices.get(device), CL.CL_PROGRAM_BUILD_LOG, bytes, to, size));
      throw new ClException(CallText.build(call, options), status, new BuildLog(log, source));
    } finally {
      CL.clReleaseProgram(program);
    }
  }

  @Override
  public byte[] programBinary(long program) {
    return JoclInfo.binary(programs.get(program));
  }

  @Override
  public void releaseProgram(long program) {
    check("clReleaseProgram", programs.release(program, CL::clReleaseProgram));
  }

  @Override
  public long createKernel(long program, String name) {
    int[] status = new int[1];
    cl_kernel kernel = CL.clCreateKernel(programs.get(program), name, status);
    check("clCreateKernel of " + name, status[0]);
    return kernels.add(kernel);
  }

  @Override
  public void releaseKernel(long kernel) {
    check("clReleaseKernel", kernels.release(kernel, CL::clReleaseKernel));
  }

  @Override
  public long createBuffer(long context, long bytes) {
    int[] status = new int[1];
    cl_mem buffer =
        CL.clCreateBuffer(contexts.get(context), CL.CL_MEM_READ_WRITE, bytes, null, status);
    check("clCreateBuffer of " + bytes + " bytes", status[0]);
    return buffers.add(buffer);
  }

  @Override
  public long createSubBuffer(long buffer, long offset, long bytes) {
    int[] status = new int[1];
    cl_mem part =
        CL.clCreateSubBuffer(
            buffers.get(buffer),
            CL.CL_MEM_READ_WRITE,
            CL.CL_BUFFER_CREATE_TYPE_REGION,
            new cl_buffer_region(offset, bytes),
            status);
    checkRange("clCreateSubBuffer", status[0], buffer, offset, bytes);
    return buffers.add(part);
  }

  @Override
  public long bufferBytes(long buffer) {
    return JoclInfo.bufferSize(buffers.get(buffer));
  }

  @Override
  public void releaseBuffer(long buffer) {
    check("clReleaseMemObject", buffers.release(buffer, CL::clReleaseMemObject));
  }

  @Override
  public void setBuffer(long kernel, int index, long buffer) {
    cl_kernel of = kernels.get(kernel);
    cl_mem value = buffer == 0 ? new cl_mem() : buffers.get(buffer);
    // JOCL has no pointer to what is not there.
    int status =
        value == null
            ? CL.CL_INVALID_MEM_OBJECT
            : CL.clSetKernelArg(of, index, Sizeof.cl_mem, Pointer.to(value));
    if (status != ClStatus.SUCCESS) {
      String name = JoclInfo.kernelName(of);
      throw new ClException(CallText.argument(index, name, JoclInfo.bufferSize(value)), status);
    }
  }

  @Override
  public void setInt(long kernel, int index, int value) {
    cl_kernel of = kernels.get(kernel);
    int status = CL.clSetKernelArg(of, index, Integer.BYTES, Pointer.to(new int[] {value}));
    if (status != ClStatus.SUCCESS) {
      throw new ClException(CallText.argument(index, JoclInfo.kernelName(of)), status);
    }
  }

  @Override
  public void write(long queue, long buffer, long offset, ByteBuffer from) {
    long bytes = from.remaining();
    int status =
        CL.clEnqueueWriteBuffer(
            queues.get(queue),
            buffers.get(buffer),
            true,
            offset,
            bytes,
            Pointer.to(from.slice()),
            0,
            null,
            null);
    checkRange("clEnqueueWriteBuffer", status, buffer, offset, bytes);
  }

  @Override
  public void read(long queue, long buffer, long offset, ByteBuffer to) {
    long bytes = to.remaining();
    int status =
        CL.clEnqueueReadBuffer(
            queues.get(queue),
            buffers.get(buffer),
            true,
            offset,
            bytes,
            Pointer.to(to.slice()),
            0,
            null,
            null);
    checkRange("clEnqueueReadBuffer", status, buffer, offset, bytes);
  }

  @Override
  public void fill(long queue, long buffer, long offset, long bytes, int pattern) {
    int status =
        CL.clEnqueueFillBuffer(
            queues.get(queue),
            buffers.get(buffer),
            Pointer.to(new int[] {pattern}),
            Integer.BYTES,
            offset,
            bytes,
            0,
            null,
            null);
    checkRange("clEnqueueFillBuffer", status, buffer, offset, bytes);
  }

  @Override
  public void launch(long queue, long kernel, WorkSize size) {
    launch(queue, kernel, size, null);
  }

  @Override
  public long launchTimed(long queue, long kernel, WorkSize size) {
    cl_event event = new cl_event();
    launch(queue, kernel, size, event);
    return events.add(event);
  }

  private void launch(long queue, long kernel, WorkSize size, cl_event event) {
    cl_kernel of = kernels.get(kernel);
    long[] items = {size.itemsX(), size.itemsY()};
    long[] all = {size.groupsX() * size.itemsX(), size.groupsY() * size.itemsY()};
    int status =
        CL.clEnqueueNDRangeKernel(queues.get(queue), of, 2, null, all, items, 0, null, event);
    if (status != ClStatus.SUCCESS) {
      throw new ClException(CallText.launch(JoclInfo.kernelName(of), size), status);
    }
  }

  @Override
  public long eventNanoseconds(long event) {
    cl_event of = events.get(event);
    return JoclInfo.nanoseconds(of, CL.CL_PROFILING_COMMAND_END)
        - JoclInfo.nanoseconds(of, CL.CL_PROFILING_COMMAND_START);
  }

  @Override
  public void releaseEvent(long event) {
    check("clReleaseEvent", events.release(event, CL::clReleaseEvent));
  }

  @Override
  public void finish(long queue) {
    check("clFinish", CL.clFinish(queues.get(queue)));
  }

  /** How many objects are kept that someone has to release. */
  int unreleased() {
    return Stream.of(contexts, queues, programs, kernels, buffers, events)
        .mapToInt(JoclHandles::count)
        .sum();
  }

  private cl_device_id[] deviceList(long device) {
    return new cl_device_id[] {devices.get(device)};
  }

  private void checkRange(String call, int status, long buffer, long offset, long bytes) {
    if (status != ClStatus.SUCCESS) {
      long size = JoclInfo.bufferSize(buffers.get(buffer));
      throw new ClException(CallText.range(call, bytes, offset, size), status);
    }
  }
}
