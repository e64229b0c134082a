package dev.jacquard.cli;

/**
 * Starts the command with the Vector API, and without the JVM's line on incubating modules.
 *
 * <p>With {@code --add-modules jdk.incubator.vector} every JVM since Java 16 begins by writing a
 * warning to the standard error stream, and no option silences it. The JDK's own way to bring in a
 * system module after the start, {@code jdk.internal.module.Modules.loadModule}, does not warn. It
 * is internal, so the launcher script tries it once for each JDK and falls back to {@code
 * --add-modules} and {@link Main}; the options that it needs stand there.
 */
public final class Launch {
  private Launch() {}

  /**
   * Loads the module, then runs the command.
   *
   * @param args the command line
   * @throws ReflectiveOperationException if this JDK has no such way
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    Class.forName("jdk.internal.module.Modules")
        .getMethod("loadModule", String.class)
        .invoke(null, "jdk.incubator.vector");
    Main.main(args);
  }
}
