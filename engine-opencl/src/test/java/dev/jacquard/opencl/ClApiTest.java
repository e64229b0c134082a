package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.binding.ClQuery;
import dev.jacquard.opencl.binding.WorkSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every library that calls OpenCL has to do, in the same words when it fails. */
final class ClApiTest {
  private static final String SOURCE =
      """
      kernel void scale(global float* y, const int n, const int by) {
        const int i = get_global_id(0) + get_global_size(0) * get_global_id(1);
        if (i < n) {
          y[i] = y[i] * by + get_local_id(0) + 100 * get_local_id(1);
        }
      }
      """;

  private ClApi cl;
  private long device;
  private long context;
  private long queue;

  private void open(String binding) {
    FoundDevice found = FoundDevice.first(binding);
    cl = found.cl();
    device = found.device();
    context = cl.createContext(found.platform(), device);
    queue = cl.createQueue(context, device);
  }

  @AfterEach
  void close() {
    if (cl != null) {
      cl.releaseQueue(queue);
      cl.releaseContext(context);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void asksAboutPlatformsAndDevices(String binding) {
    open(binding);
    long platform = cl.platforms().get(0);
    assertEquals(cl.platforms(), cl.platforms(), "the handles stay");
    assertEquals(cl.devices(platform), cl.devices(platform), "the handles stay");
    assertFalse(cl.platformText(platform, ClQuery.PLATFORM_NAME).isBlank());
    assertTrue(cl.platformText(platform, ClQuery.PLATFORM_VERSION).startsWith("OpenCL "));
    assertTrue(cl.deviceText(device, ClQuery.DEVICE_VERSION).startsWith("OpenCL "));
    assertEquals(-1, cl.deviceText(device, ClQuery.DEVICE_NAME).indexOf('\0'));
    long memory = cl.deviceNumber(device, ClQuery.GLOBAL_MEMORY);
    long buffer = cl.deviceNumber(device, ClQuery.BUFFER_SIZE);
    assertTrue(0 < buffer && buffer <= memory, buffer + " of " + memory);
    long alignment = cl.deviceNumber(device, ClQuery.BASE_ALIGNMENT_BITS);
    assertTrue(alignment >= 32 && Long.bitCount(alignment) == 1, "alignment " + alignment);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void writesReadsAndFillsPartsOfBuffers(String binding) {
    open(binding);
    long buffer = cl.createBuffer(context, 16);
    cl.fill(queue, buffer, 0, 16, 0x04030201);
    cl.fill(queue, buffer, 4, 8, -1);
    cl.write(queue, buffer, 1, bytes(9, 8, 7).position(1));
    cl.finish(queue);
    ByteBuffer to = Workbench.bytes(20).position(2).limit(17);
    cl.read(queue, buffer, 1, to);
    assertEquals(2, to.position());
    assertEquals(17, to.limit());
    byte[] content = new byte[20];
    to.clear().get(content);
    assertArrayEquals(
        new byte[] {0, 0, 8, 7, 4, -1, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, 4, 0, 0, 0}, content);
    cl.releaseBuffer(buffer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void sharesMemoryWithPartsOfABuffer(String binding) {
    open(binding);
    int step = Math.toIntExact(cl.deviceNumber(device, ClQuery.BASE_ALIGNMENT_BITS) / 8);
    long buffer = cl.createBuffer(context, 2L * step + 4);
    cl.fill(queue, buffer, 0, 2L * step + 4, 1);
    long part = cl.createSubBuffer(buffer, step, 8);
    cl.fill(queue, part, 4, 4, 7);
    cl.releaseBuffer(buffer);
    assertArrayEquals(new byte[] {1, 0, 0, 0, 7, 0, 0, 0}, read(part, 8));
    assertFails(
        "clEnqueueFillBuffer of 8 bytes at 4 of a buffer of 8 bytes: CL_INVALID_VALUE (-30)",
        () -> cl.fill(queue, part, 4, 8, 7));
    cl.releaseBuffer(part);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void launchesAKernelWhoseArgumentsStay(String binding) {
    open(binding);
    long program = cl.buildProgram(context, device, SOURCE, "-cl-std=CL1.2");
    long kernel = cl.createKernel(program, "scale");
    cl.releaseProgram(program);
    launchTwice(kernel);
    cl.releaseKernel(kernel);
  }

  /** Of 12 numbers 1, 11 become 3 + x + 100 y of its item, and then 3 times that and so on. */
  private void launchTwice(long kernel) {
    long buffer = cl.createBuffer(context, 48);
    cl.fill(queue, buffer, 0, 48, Float.floatToIntBits(1));
    cl.setBuffer(kernel, 0, buffer);
    cl.setInt(kernel, 1, 11);
    cl.setInt(kernel, 2, 3);
    WorkSize size = new WorkSize(2, 1, 2, 3);
    cl.launch(queue, kernel, size);
    cl.launch(queue, kernel, size);
    ByteBuffer result = ByteBuffer.wrap(read(buffer, 48)).order(Workbench.bytes(0).order());
    for (int i = 0; i < 11; i++) {
      int row = i / 4;
      float item = i % 2 + 100f * row;
      assertEquals(3 * (3 + item) + item, result.getFloat(4 * i), 0, "number " + i);
    }
    assertEquals(1f, result.getFloat(44), 0, "behind n");
    cl.releaseBuffer(buffer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void takesTheTimeOfALaunch(String binding) {
    open(binding);
    long program = cl.buildProgram(context, device, SOURCE, "-cl-std=CL1.2");
    long kernel = cl.createKernel(program, "scale");
    long buffer = cl.createBuffer(context, 1 << 20);
    assertEquals(1 << 20, cl.bufferBytes(buffer));
    cl.setBuffer(kernel, 0, buffer);
    cl.setInt(kernel, 1, 1 << 18);
    cl.setInt(kernel, 2, 0);
    long timed = cl.createProfilingQueue(context, device);
    long start = System.nanoTime();
    long event = cl.launchTimed(timed, kernel, WorkSize.of(1 << 12, 64));
    cl.finish(timed);
    long wall = System.nanoTime() - start;
    long took = cl.eventNanoseconds(event);
    assertTrue(0 < took && took <= wall, took + " ns of " + wall);
    cl.releaseEvent(event);
    long plain = cl.launchTimed(queue, kernel, WorkSize.of(1, 64));
    cl.finish(queue);
    assertFails(
        "clGetEventProfilingInfo: CL_PROFILING_INFO_NOT_AVAILABLE (-7)",
        () -> cl.eventNanoseconds(plain));
    cl.releaseEvent(plain);
    cl.releaseQueue(timed);
    cl.releaseBuffer(buffer);
    cl.releaseKernel(kernel);
    cl.releaseProgram(program);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void buildsAgainFromABinary(String binding) {
    open(binding);
    long program = cl.buildProgram(context, device, SOURCE, "-cl-std=CL1.2");
    byte[] binary = cl.programBinary(program);
    cl.releaseProgram(program);
    assertTrue(binary.length > 0);
    long again = cl.buildProgramFromBinary(context, device, binary, "-cl-std=CL1.2");
    long kernel = cl.createKernel(again, "scale");
    launchTwice(kernel);
    cl.releaseKernel(kernel);
    cl.releaseProgram(again);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void refusesABinaryOfSomethingElse(String binding) {
    open(binding);
    assertFails(
        "clCreateProgramWithBinary of 3 bytes: CL_INVALID_BINARY (-42)",
        () -> cl.buildProgramFromBinary(context, device, new byte[] {1, 2, 3}, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void saysWhereASourceDoesNotCompile(String binding) {
    open(binding);
    String source = "kernel void broken(global int* x) {\n  *x = unknown;\n}\n";
    ClException e =
        assertThrows(
            ClException.class, () -> cl.buildProgram(context, device, source, "-DWIDTH=3"));
    assertTrue(e.isBuildFailure());
    List<String> lines = e.getMessage().lines().toList();
    assertEquals("clBuildProgram with -DWIDTH=3: CL_BUILD_PROGRAM_FAILURE (-11)", lines.get(0));
    assertTrue(e.getMessage().contains("undeclared identifier 'unknown'"), e.getMessage());
    assertTrue(e.getMessage().contains("*x = unknown;"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void namesTheKernelAndTheSizesThatFail(String binding) {
    open(binding);
    long program = cl.buildProgram(context, device, SOURCE, "");
    assertFails(
        "clCreateKernel of scales: CL_INVALID_KERNEL_NAME (-46)",
        () -> cl.createKernel(program, "scales"));
    long kernel = cl.createKernel(program, "scale");
    long buffer = cl.createBuffer(context, 16);
    assertFails(
        "clSetKernelArg of argument 3 of scale: CL_INVALID_ARG_INDEX (-49)",
        () -> cl.setInt(kernel, 3, 1));
    assertFails(
        "clSetKernelArg of argument 5 of scale: a buffer of 16 bytes: CL_INVALID_ARG_INDEX (-49)",
        () -> cl.setBuffer(kernel, 5, buffer));
    assertFails(
        "clEnqueueNDRangeKernel of scale, 2 x 1 groups of 64 x 1 items:"
            + " CL_INVALID_KERNEL_ARGS (-52)",
        () -> cl.launch(queue, kernel, WorkSize.of(2, 64)));
    cl.setBuffer(kernel, 0, buffer);
    cl.setInt(kernel, 1, 4);
    cl.setInt(kernel, 2, 4);
    assertFails(
        "clEnqueueNDRangeKernel of scale, 2 x 3 groups of 1048576 x 1 items:"
            + " CL_INVALID_WORK_GROUP_SIZE (-54)",
        () -> cl.launch(queue, kernel, new WorkSize(2, 3, 1 << 20, 1)));
    cl.releaseBuffer(buffer);
    cl.releaseKernel(kernel);
    cl.releaseProgram(program);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void namesTheBuffersThatFail(String binding) {
    open(binding);
    long buffer = cl.createBuffer(context, 16);
    assertFails(
        "clCreateBuffer of 0 bytes: CL_INVALID_BUFFER_SIZE (-61)",
        () -> cl.createBuffer(context, 0));
    assertFails(
        "clCreateSubBuffer of 32 bytes at 0 of a buffer of 16 bytes: CL_INVALID_VALUE (-30)",
        () -> cl.createSubBuffer(buffer, 0, 32));
    assertFails(
        "clEnqueueWriteBuffer of 3 bytes at 14 of a buffer of 16 bytes: CL_INVALID_VALUE (-30)",
        () -> cl.write(queue, buffer, 14, bytes(1, 2, 3)));
    assertFails(
        "clEnqueueReadBuffer of 3 bytes at 15 of a buffer of 16 bytes: CL_INVALID_VALUE (-30)",
        () -> cl.read(queue, buffer, 15, bytes(1, 2, 3)));
    cl.releaseBuffer(buffer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void aThousandRoundsLeaveNothingBehind(String binding) throws IOException {
    open(binding);
    long program = cl.buildProgram(context, device, SOURCE, "");
    rounds(program, 200);
    long before = residentKilobytes();
    rounds(program, 1000);
    long growth = residentKilobytes() - before;
    // A context alone, or the megabyte of a buffer, would be far more if a round left it.
    assertTrue(growth < 32 << 10, growth + " KiB more");
    cl.releaseProgram(program);
  }

  private void rounds(long program, int count) {
    for (int i = 0; i < count; i++) {
      long own = cl.createQueue(context, device);
      long buffer = cl.createBuffer(context, 1 << 20);
      long part = cl.createSubBuffer(buffer, 0, 1 << 19);
      long kernel = cl.createKernel(program, "scale");
      cl.setBuffer(kernel, 0, part);
      cl.setInt(kernel, 1, 64);
      cl.setInt(kernel, 2, 0);
      cl.fill(own, part, 0, 1 << 19, 0);
      cl.launch(own, kernel, WorkSize.of(1, 64));
      cl.finish(own);
      cl.releaseKernel(kernel);
      cl.releaseBuffer(part);
      cl.releaseBuffer(buffer);
      cl.releaseQueue(own);
    }
  }

  /** Of this process; 0 where the system does not tell. */
  private static long residentKilobytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.notExists(status)) {
      return 0;
    }
    return Files.readString(status)
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void servesThreadsAtOnce(String binding) throws Exception {
    open(binding);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        results.add(threads.submit(this::createAndRelease250Times));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void createAndRelease250Times() {
    for (int i = 0; i < 250; i++) {
      long buffer = cl.createBuffer(context, 64);
      cl.write(queue, buffer, 60, bytes(i, 2, 3, 4));
      assertEquals((byte) i, read(buffer, 64)[60]);
      cl.releaseBuffer(buffer);
    }
  }

  private byte[] read(long buffer, int count) {
    ByteBuffer to = Workbench.bytes(count);
    cl.read(queue, buffer, 0, to);
    byte[] content = new byte[count];
    to.get(content);
    return content;
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = Workbench.bytes(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }

  private static void assertFails(String message, Executable call) {
    assertEquals(message, assertThrows(ClException.class, call).getMessage());
  }
}
