package dev.jacquard.cli.console;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Ctrl-C after the first one, which a JVM that is shutting down ignores. Java has no public way to
 * hear of signals; {@code sun.misc.Signal} of the module {@code jdk.unsupported} is every
 * OpenJDK's. It is reached by reflection, because a JVM without it only loses this.
 */
final class SecondSignal {
  private SecondSignal() {}

  /** Calls {@code action} when Ctrl-C comes from now on, if this JVM can hear it. */
  static void run(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object answer =
          Proxy.newProxyInstance(
              SecondSignal.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, args) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), answer);
    } catch (InvocationTargetException e) {
      // The signal is ignored, as in a shell's background, or is kept from Java by -Xrs.
    } catch (ReflectiveOperationException e) {
      // Not an OpenJDK.
    }
  }
}
