package dev.jacquard.opencl;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClQuery;
import java.lang.reflect.Proxy;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** OpenCL as a probe sees it on a machine that a test describes. */
final class FakeMachine {
  /** The answer to every question for a number that has no answer of its own. */
  static final long NUMBER = 7_000_000_000L;

  private static final String BINDING = "binding";

  private final List<String> platforms = new ArrayList<>();
  private final List<List<Long>> devices = new ArrayList<>();
  private final List<String> deviceNames = new ArrayList<>();
  private final List<Integer> deviceTypes = new ArrayList<>();
  private final Map<String, Throwable> broken = new HashMap<>();
  private final Map<ClQuery, Long> numbers = new EnumMap<>(ClQuery.class);
  private final Map<ClQuery, String> texts = new EnumMap<>(ClQuery.class);
  private boolean asked;

  FakeMachine() {
    numbers.put(ClQuery.FLOATS, 0x3FL);
    numbers.put(ClQuery.LITTLE_ENDIAN, little());
  }

  /** OpenCL's truth for the byte order of this machine. */
  static long little() {
    return ByteOrder.nativeOrder().equals(ByteOrder.LITTLE_ENDIAN) ? 1 : 0;
  }

  /** What all devices answer to a question for a number. */
  FakeMachine answering(ClQuery query, long number) {
    numbers.put(query, number);
    return this;
  }

  /** What all devices answer to a question for a text. */
  FakeMachine answering(ClQuery query, String text) {
    texts.put(query, text);
    return this;
  }

  /** Adds a platform with devices: a name and OpenCL's type of each. */
  FakeMachine add(String platform, Object... namesAndTypes) {
    List<Long> handles = new ArrayList<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      handles.add((long) deviceNames.size());
      deviceNames.add((String) namesAndTypes[i]);
      deviceTypes.add((Integer) namesAndTypes[i + 1]);
    }
    platforms.add(platform);
    devices.add(handles);
    return this;
  }

  void breakBinding(Throwable failure) {
    broken.put(BINDING, failure);
  }

  void breakPlatform(String name, Throwable failure) {
    broken.put(name, failure);
  }

  void breakDevice(String name, Throwable failure) {
    broken.put(name, failure);
  }

  /** Whether anyone asked for the binding. */
  boolean asked() {
    return asked;
  }

  ClApi binding() {
    asked = true;
    failIfBroken(BINDING);
    return (ClApi)
        Proxy.newProxyInstance(
            ClApi.class.getClassLoader(),
            new Class<?>[] {ClApi.class},
            (self, method, arguments) -> answer(method.getName(), arguments));
  }

  private Object answer(String method, Object[] arguments) {
    return switch (method) {
      case "platforms" -> LongStream.range(0, platforms.size()).boxed().toList();
      case "platformText" -> platforms.get(index(arguments));
      case "devices" -> {
        failIfBroken(platforms.get(index(arguments)));
        yield devices.get(index(arguments));
      }
      case "deviceText" -> {
        String name = deviceNames.get(index(arguments));
        failIfBroken(name);
        yield arguments[1] == ClQuery.DEVICE_NAME
            ? name
            : texts.getOrDefault((ClQuery) arguments[1], arguments[1] + " of " + name);
      }
      case "deviceNumber" ->
          arguments[1] == ClQuery.DEVICE_TYPE
              ? (long) deviceTypes.get(index(arguments))
              : numbers.getOrDefault((ClQuery) arguments[1], NUMBER);
      default -> throw new AssertionError("a probe called " + method);
    };
  }

  private static int index(Object[] arguments) {
    return (int) (long) arguments[0];
  }

  private void failIfBroken(String what) {
    Throwable failure = broken.get(what);
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }
}
