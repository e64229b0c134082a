package dev.jacquard.opencl.program;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where compiled programs are kept, and what tuning found. */
public final class CacheFolder {
  private CacheFolder() {}

  /**
   * The user's: {@code $JACQUARD_CACHE}, else {@code $XDG_CACHE_HOME/jacquard/opencl}, else {@code
   * ~/.cache/jacquard/opencl} ({@code ~/Library/Caches/jacquard/opencl} on macOS, {@code
   * %LOCALAPPDATA%\jacquard\opencl} on Windows). It need not be there.
   */
  public static Optional<Path> ofUser() {
    String system = System.getProperty("os.name", "");
    String home = System.getProperty("user.home", "");
    return of(System.getenv(), system, home);
  }

  /**
   * {@code $JACQUARD_CACHE}, else {@code $XDG_CACHE_HOME/jacquard/opencl}, else that folder where
   * the system keeps caches.
   *
   * @param environment the process's variables
   * @param system the property {@code os.name}
   * @param home the user's folder
   * @return empty if that is no path at all
   */
  static Optional<Path> of(Map<String, String> environment, String system, String home) {
    try {
      String own = environment.getOrDefault("JACQUARD_CACHE", "");
      if (!own.isEmpty()) {
        return Optional.of(Path.of(own).toAbsolutePath());
      }
      Path caches = caches(environment, system.toLowerCase(Locale.ROOT), home);
      return Optional.of(caches.resolve("jacquard").resolve("opencl"));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Path caches(Map<String, String> environment, String system, String home) {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    // Its specification has relative ones ignored.
    if (!xdg.isEmpty() && Path.of(xdg).isAbsolute()) {
      return Path.of(xdg);
    }
    if (system.startsWith("mac")) {
      return Path.of(home, "Library", "Caches");
    }
    if (system.startsWith("windows")) {
      String local = environment.getOrDefault("LOCALAPPDATA", "");
      return local.isEmpty() ? Path.of(home, "AppData", "Local") : Path.of(local);
    }
    return Path.of(home, ".cache");
  }
}
