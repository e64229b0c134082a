package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.tuning.Chooser;
import dev.jacquard.opencl.tuning.Tuning;
import java.lang.reflect.Proxy;

/** Calls that do nothing, except that one may fail. */
final class FakeCalls {
  private static final long NUMBER = 1 << 30;

  private String failing = "";
  private long handles;

  /** Lets every call of this name fail with an error. */
  void fail(String call) {
    failing = call;
  }

  /** A device with such calls. */
  Context context(Limits limits) {
    ClApi calls =
        (ClApi)
            Proxy.newProxyInstance(
                ClApi.class.getClassLoader(),
                new Class<?>[] {ClApi.class},
                (self, method, arguments) -> answer(method.getName(), method.getReturnType()));
    Chooser chooser = Chooser.of(Tuning.NONE);
    return new Context(calls, 1, 1, "opencl:0:0", "a test", limits, chooser, calls::buildProgram);
  }

  private Object answer(String call, Class<?> type) {
    if (call.equals(failing)) {
      throw new OutOfMemoryError("of a test");
    }
    if (type == long.class) {
      return call.startsWith("create") ? ++handles : NUMBER;
    }
    return type == String.class ? "" : null;
  }
}
