package dev.jacquard.opencl.binding;

import java.lang.System.Logger.Level;
import java.util.List;

/** Loads what calls OpenCL. */
public final class Bindings {
  /** The names of {@link #of}: the first is the default. */
  public static final List<String> NAMES = List.of("auto", "lwjgl", "jocl");

  private static final System.Logger LOGGER = System.getLogger("dev.jacquard.opencl");

  private static boolean fallenOver;

  private Bindings() {}

  /**
   * OpenCL through the library of this name.
   *
   * @param name {@code lwjgl}, {@code jocl}, or {@code auto}: LWJGL, and JOCL where LWJGL's native
   *     library cannot be loaded, which is logged
   * @throws BindingException if it cannot be loaded, or the name is none of these
   */
  public static ClApi of(String name) {
    return switch (name) {
      case "auto" -> auto();
      case "lwjgl" -> lwjgl();
      case "jocl" -> jocl();
      default ->
          throw new BindingException(
              "no OpenCL binding is called " + name,
              "expected one of " + String.join(", ", NAMES),
              null);
    };
  }

  /**
   * OpenCL through LWJGL. Loads its native library and OpenCL's loader, once in a process; after a
   * failure it may be asked again.
   *
   * @throws BindingException if either cannot be loaded
   */
  public static ClApi lwjgl() {
    return LwjglLoading.load();
  }

  /**
   * OpenCL through JOCL. Loads its native library and OpenCL's loader, once in a process; after a
   * failure it fails again.
   *
   * @throws BindingException if either cannot be loaded
   */
  public static ClApi jocl() {
    return JoclLoading.load();
  }

  private static synchronized ClApi auto() {
    if (fallenOver) {
      return jocl();
    }
    try {
      LwjglLoading.loadNatives();
    } catch (BindingException e) {
      ClApi jocl = joclInsteadOf(e);
      LOGGER.log(Level.INFO, e.problem() + "; OpenCL is called through JOCL");
      fallenOver = true;
      return jocl;
    }
    // What is missing from here on, JOCL would miss too.
    return lwjgl();
  }

  private static ClApi joclInsteadOf(BindingException lwjgl) {
    try {
      return jocl();
    } catch (BindingException e) {
      throw new BindingException(lwjgl.problem() + "; " + e.problem(), e.remedy(), e);
    }
  }
}
