package dev.jacquard.opencl.binding;

/** Loads what calls OpenCL. */
public final class Bindings {
  private Bindings() {}

  /**
   * OpenCL through LWJGL. Loads its native library and OpenCL's loader, once in a process; after a
   * failure it may be asked again.
   *
   * @throws BindingException if either cannot be loaded
   */
  public static ClApi lwjgl() {
    return LwjglLoading.load();
  }
}
