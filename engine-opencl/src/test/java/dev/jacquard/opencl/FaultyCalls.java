package dev.jacquard.opencl;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.binding.ClQuery;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A real device whose driver fails as a test has it. */
final class FaultyCalls {
  private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
  private final Map<String, Integer> patience = new ConcurrentHashMap<>();
  private final Map<Long, Long> buffers = new ConcurrentHashMap<>();
  private final Map<String, Integer> open = new ConcurrentHashMap<>();
  private volatile boolean stopped;
  private long said = Long.MAX_VALUE;
  private long has = Long.MAX_VALUE;

  /** Lets every call of this name fail after so many that do not. */
  void fail(String call, int status, int after) {
    statuses.put(call, status);
    patience.put(call, after);
  }

  /** Repairs everything. */
  void repair() {
    statuses.clear();
  }

  /**
   * Gives the device less memory.
   *
   * @param says what it says that it has, in bytes
   * @param gives what its driver gives
   */
  void memory(long says, long gives) {
    said = says;
    has = gives;
  }

  /** Lets everything have taken no time. */
  void stopTheClock() {
    stopped = true;
  }

  /** Objects of this kind that were made and that nobody released: {@code Queue}. */
  int alive(String kind) {
    return open.getOrDefault(kind, 0);
  }

  ClApi over(ClApi cl) {
    return (ClApi)
        Proxy.newProxyInstance(
            ClApi.class.getClassLoader(),
            new Class<?>[] {ClApi.class},
            (self, method, arguments) -> {
              before(method.getName(), arguments);
              try {
                return after(method.getName(), arguments, method.invoke(cl, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void before(String call, Object[] arguments) {
    // A release that is refused counts: nobody can do more.
    if (call.startsWith("release")) {
      boolean part = call.equals("releaseBuffer") && buffers.remove(arguments[0]) == null;
      open.merge(part ? "SubBuffer" : call.replace("release", ""), -1, Integer::sum);
    }
    if (statuses.containsKey(call) && patience.merge(call, -1, Integer::sum) < 0) {
      throw new ClException(call, statuses.get(call));
    }
    if (call.equals("createBuffer") && used() + (long) arguments[1] > has) {
      throw new ClException("clCreateBuffer of " + arguments[1] + " bytes", -4);
    }
  }

  private long used() {
    return buffers.values().stream().mapToLong(Long::longValue).sum();
  }

  private Object after(String call, Object[] arguments, Object result) {
    if (call.equals("createBuffer")) {
      buffers.put((Long) result, (Long) arguments[1]);
    }
    if (call.startsWith("create")) {
      open.merge(call.replace("create", "").replace("Profiling", ""), 1, Integer::sum);
    }
    if (call.startsWith("build")) {
      open.merge("Program", 1, Integer::sum);
    }
    if (call.equals("launchTimed")) {
      open.merge("Event", 1, Integer::sum);
    }
    if (stopped && call.equals("eventNanoseconds")) {
      return 0L;
    }
    boolean memory = call.equals("deviceNumber") && arguments[1] == ClQuery.GLOBAL_MEMORY;
    return memory ? Math.min(said, (long) result) : result;
  }
}
