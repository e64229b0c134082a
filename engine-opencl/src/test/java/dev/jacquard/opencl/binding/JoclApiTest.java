package dev.jacquard.opencl.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The objects that JOCL wants in place of handles. */
final class JoclApiTest {
  private JoclApi cl;
  private long platform;
  private long device;

  @BeforeEach
  void findDevice() {
    cl = (JoclApi) Bindings.jocl();
    List<Long> platforms = cl.platforms();
    assumeTrue(!platforms.isEmpty(), "there is no OpenCL driver");
    platform = platforms.get(0);
    device = cl.devices(platform).get(0);
  }

  @Test
  void keepsNothingOfWhatIsReleased() {
    int before = cl.unreleased();
    for (int i = 0; i < 1000; i++) {
      long context = cl.createContext(platform, device);
      long queue = cl.createQueue(context, device);
      long buffer = cl.createBuffer(context, 4096);
      long part = cl.createSubBuffer(buffer, 0, 64);
      assertEquals(before + 4, cl.unreleased());
      cl.fill(queue, part, 0, 64, i);
      cl.finish(queue);
      cl.releaseBuffer(part);
      cl.releaseBuffer(buffer);
      cl.releaseQueue(queue);
      cl.releaseContext(context);
    }
    assertEquals(before, cl.unreleased());
  }

  @Test
  void keepsNothingOfWhatFails() {
    long context = cl.createContext(platform, device);
    int before = cl.unreleased();
    assertThrows(ClException.class, () -> cl.createBuffer(context, 0));
    assertThrows(ClException.class, () -> cl.buildProgram(context, device, "oops", ""));
    assertThrows(
        ClException.class, () -> cl.buildProgramFromBinary(context, device, new byte[9], ""));
    assertEquals(before, cl.unreleased());
    cl.releaseContext(context);
  }

  @Test
  void aReleasedHandleIsNotValid() {
    long context = cl.createContext(platform, device);
    long queue = cl.createQueue(context, device);
    long buffer = cl.createBuffer(context, 16);
    long program = cl.buildProgram(context, device, "kernel void k(global int* x) {}", "");
    long kernel = cl.createKernel(program, "k");
    cl.releaseBuffer(buffer);
    assertFails("clReleaseMemObject: CL_INVALID_MEM_OBJECT (-38)", () -> cl.releaseBuffer(buffer));
    assertFails(
        "clSetKernelArg of argument 0 of k: a buffer that cannot be asked:"
            + " CL_INVALID_MEM_OBJECT (-38)",
        () -> cl.setBuffer(kernel, 0, buffer));
    cl.setBuffer(kernel, 0, 0);
    cl.releaseKernel(kernel);
    assertFails(
        "clSetKernelArg of argument 0 of a kernel that cannot be asked: CL_INVALID_KERNEL (-48)",
        () -> cl.setInt(kernel, 0, 0));
    cl.releaseProgram(program);
    cl.releaseQueue(queue);
    assertFails("clFinish: CL_INVALID_COMMAND_QUEUE (-36)", () -> cl.finish(queue));
    cl.releaseContext(context);
    assertFails(
        "clCreateBuffer of 8 bytes: CL_INVALID_CONTEXT (-34)", () -> cl.createBuffer(context, 8));
  }

  private static void assertFails(String message, Executable call) {
    assertEquals(message, assertThrows(ClException.class, call).getMessage());
  }
}
