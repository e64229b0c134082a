package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.tuning.Chooser;
import dev.jacquard.opencl.tuning.Tuning;
import java.lang.reflect.Proxy;

/** Calls that do nothing, except that one may fail. */
final class FakeCalls {
  private static final long NUMBER = 1 << 30;

  private final String extensions;
  private String failing = "";
  private Throwable failure;
  private long handles;

  /** Calls of a device without extensions. */
  FakeCalls() {
    this("");
  }

  /** Calls of a device with these extensions. */
  FakeCalls(String extensions) {
    this.extensions = extensions;
  }

  /** Lets every call of this name fail so. */
  void fail(String call, Throwable with) {
    failing = call;
    failure = with;
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

  private Object answer(String call, Class<?> type) throws Throwable {
    if (call.equals(failing)) {
      throw failure;
    }
    if (type == long.class) {
      return call.startsWith("create") ? ++handles : NUMBER;
    }
    return type == String.class ? extensions : null;
  }
}
