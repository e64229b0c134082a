package dev.jacquard.opencl;

import dev.jacquard.opencl.binding.ClApi;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The names of the OpenCL calls that are made, in order. */
final class CallLog {
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

  /** The same calls, logged. */
  ClApi over(ClApi cl) {
    Object proxy =
        Proxy.newProxyInstance(
            ClApi.class.getClassLoader(),
            new Class<?>[] {ClApi.class},
            (self, method, arguments) -> {
              calls.add(method.getName());
              try {
                return method.invoke(cl, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return (ClApi) proxy;
  }

  void clear() {
    calls.clear();
  }

  /** How often a call was made. */
  long count(String name) {
    return calls.stream().filter(name::equals).count();
  }

  /** All calls but these. */
  List<String> without(String... names) {
    List<String> rest = new ArrayList<>(calls);
    rest.removeAll(List.of(names));
    return rest;
  }
}
