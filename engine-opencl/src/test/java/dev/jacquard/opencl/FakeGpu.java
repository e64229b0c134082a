package dev.jacquard.opencl;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClQuery;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A graphics processor that computes nothing, and keeps what it was asked to compile. */
final class FakeGpu {
  private static final int TYPE_GPU = 4;
  private static final long FLOATS = 0xBF;

  /** Source and options as a driver is given them. */
  record Program(String source, String options) {}

  private final ClApi machine;
  private final List<Program> programs = new ArrayList<>();
  private final Map<Long, Long> bytes = new HashMap<>();
  private long handles;

  /**
   * A device.
   *
   * @param units that run work-groups
   * @param group the most items of a work-group
   * @param local bytes of its local memory
   */
  FakeGpu(String name, String extensions, long units, long group, long local) {
    machine =
        new FakeMachine()
            .add("platform", name, TYPE_GPU)
            .answering(ClQuery.EXTENSIONS, extensions)
            .answering(ClQuery.COMPUTE_UNITS, units)
            .answering(ClQuery.GROUP_SIZE, group)
            .answering(ClQuery.LOCAL_MEMORY, local)
            .answering(ClQuery.VECTOR_FLOATS, 1)
            .answering(ClQuery.BASE_ALIGNMENT_BITS, 1024)
            .answering(ClQuery.FLOATS, FLOATS)
            .binding();
  }

  ClApi cl() {
    return (ClApi)
        Proxy.newProxyInstance(
            ClApi.class.getClassLoader(),
            new Class<?>[] {ClApi.class},
            (self, method, arguments) -> answer(method, arguments));
  }

  /** In the order of their compilation. */
  synchronized List<Program> programs() {
    return List.copyOf(programs);
  }

  private synchronized Object answer(Method method, Object[] arguments)
      throws ReflectiveOperationException {
    String name = method.getName();
    return switch (name) {
      case "buildProgram" -> {
        programs.add(new Program((String) arguments[2], (String) arguments[3]));
        yield ++handles;
      }
      case "createBuffer" -> buffer((long) arguments[1]);
      case "createSubBuffer" -> buffer((long) arguments[2]);
      case "bufferBytes" -> bytes.get((long) arguments[0]);
      case "read" -> {
        countUp((ByteBuffer) arguments[3]);
        yield null;
      }
      case "createContext", "createQueue", "createProfilingQueue", "createKernel" -> ++handles;
      case "setBuffer", "setInt", "write", "fill", "launch", "finish" -> null;
      default -> name.startsWith("release") ? null : method.invoke(machine, arguments);
    };
  }

  private long buffer(long size) {
    bytes.put(++handles, size);
    return handles;
  }

  /** What is read when a plan is made: whether local memory of a size was copied right. */
  private static void countUp(ByteBuffer to) {
    var floats = to.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
    for (int i = 0; i < floats.limit(); i++) {
      floats.put(i, i + 1);
    }
  }
}
