package dev.jacquard.cli.console;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is at the end of the standard error stream. */
public final class Terminal {
  /** Goes back to the beginning of a line and clears it. */
  public static final String REWRITE = "\r\u001b[K";

  private Terminal() {}

  /**
   * Whether somebody watches the standard error stream on a terminal that can rewrite a line. Java
   * knows only whether input and output are both a terminal, so Linux is asked first.
   */
  public static boolean watchesErrors() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    Path descriptor = Path.of("/proc/self/fd/2");
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return consoleIsTerminal();
    }
  }

  @SuppressWarnings("SystemConsoleNull") // what it means on either side of JDK 22 is told apart
  private static boolean consoleIsTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      // Before JDK 22 there is a console only where there is a terminal.
      return true;
    }
  }
}
