package dev.jacquard.opencl.binding;

import java.util.Locale;
import org.jocl.CL;

/** Loads JOCL's native library, which loads the machine's OpenCL loader. */
final class JoclLoading {
  /** JOCL's property: its library is copied under a name of its own, and deleted in the end. */
  private static final String FRESH_COPY = "uniqueLibraryNames";

  private static ClApi loaded;

  /** What was wrong, and its remedy; null if nothing was. */
  private static String problem;

  private static String remedy;

  private JoclLoading() {}

  static synchronized ClApi load() {
    if (problem != null) {
      // JOCL loads in a static initialiser, which the JVM runs but once.
      throw new BindingException(problem, remedy, null);
    }
    if (loaded == null) {
      try {
        initialize();
        loaded = new JoclApi();
      } catch (LinkageError | RuntimeException e) {
        BindingException failure = explain(e);
        problem = failure.problem();
        remedy = failure.remedy();
        throw failure;
      }
    }
    return loaded;
  }

  private static void initialize() {
    // JOCL would load a file of a known name from the temporary folder, whoever had put it there;
    // and so it would half a file, which another process is just writing. Windows has a folder for
    // each user, and does not let a library that is loaded be deleted in the end.
    boolean fresh = !system().startsWith("windows") && System.getProperty(FRESH_COPY) == null;
    if (fresh) {
      System.setProperty(FRESH_COPY, "true");
    }
    try {
      CL.setExceptionsEnabled(false);
    } finally {
      if (fresh) {
        System.clearProperty(FRESH_COPY);
      }
    }
  }

  static BindingException explain(Throwable e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    if (message.contains("Implementation library could not be loaded")) {
      return LwjglLoading.noLoader(linux(), e);
    }
    String reason = message.isBlank() ? e.getClass().getSimpleName() : lastCause(message);
    return new BindingException(
        "JOCL's native library cannot be loaded (" + reason + ")",
        "let the temporary folder (-Djava.io.tmpdir) hold libraries",
        e);
  }

  /** The message has two traces in it: of the library path, then of the copy in the jar. */
  private static String lastCause(String message) {
    String last = "";
    for (String line : message.lines().map(String::strip).toList()) {
      if (last.isEmpty() || line.matches("(Caused by: )?[\\w.$]+(Error|Exception): .*")) {
        last = line;
      }
    }
    return last.replaceFirst("^(Caused by: )?[\\w.$]+(Error|Exception): ", "");
  }

  private static boolean linux() {
    return system().startsWith("linux");
  }

  private static String system() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
  }
}
