package dev.jacquard.opencl.program;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** OpenCL as the cache sees it: the binary of a program is its source and options. */
final class FakeCompiler {
  static final long COMPILED = 1;
  static final long LOADED = 2;

  private final List<String> compiled = Collections.synchronizedList(new ArrayList<>());
  private final List<String> loaded = Collections.synchronizedList(new ArrayList<>());
  private boolean refusing;
  private boolean withoutBinaries;
  private Runnable whileCompiling = () -> {};
  private String last = "";

  ClApi cl() {
    return (ClApi)
        Proxy.newProxyInstance(
            ClApi.class.getClassLoader(),
            new Class<?>[] {ClApi.class},
            (self, method, arguments) -> answer(method.getName(), arguments));
  }

  private Object answer(String method, Object[] arguments) {
    return switch (method) {
      case "buildProgram" -> {
        whileCompiling.run();
        last = arguments[2] + "|" + arguments[3];
        compiled.add(last);
        yield COMPILED;
      }
      case "programBinary" -> binary();
      case "buildProgramFromBinary" -> {
        if (refusing) {
          throw new ClException("clCreateProgramWithBinary", -42);
        }
        loaded.add(new String((byte[]) arguments[2], StandardCharsets.UTF_8));
        yield LOADED;
      }
      default -> throw new AssertionError("a cache called " + method);
    };
  }

  private byte[] binary() {
    return withoutBinaries ? new byte[0] : last.getBytes(StandardCharsets.UTF_8);
  }

  /** Every binary is refused from now on. */
  void refuse() {
    refusing = true;
  }

  /** The driver gives no binaries. */
  void giveNoBinaries() {
    withoutBinaries = true;
  }

  void whileCompiling(Runnable work) {
    whileCompiling = work;
  }

  /** What was compiled from source, in order. */
  List<String> compiled() {
    return List.copyOf(compiled);
  }

  /** What was loaded from a binary, in order. */
  List<String> loaded() {
    return List.copyOf(loaded);
  }
}
