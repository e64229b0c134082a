package dev.jacquard.opencl.binding;

import org.lwjgl.opencl.CL;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.Library;
import org.lwjgl.system.Platform;

/** Loads LWJGL's native library, then the machine's OpenCL loader, telling their failures apart. */
final class LwjglLoading {
  private static boolean created;

  private LwjglLoading() {}

  static synchronized ClApi load() {
    if (!created) {
      loadNatives();
      loadOpenCl();
      created = true;
    }
    return new LwjglApi();
  }

  static void loadNatives() {
    try {
      Library.initialize();
    } catch (LinkageError | RuntimeException e) {
      throw new BindingException(
          "LWJGL's native library cannot be loaded (" + reason(e) + ")",
          "add the lwjgl jar with the natives of this system, and let the temporary folder hold"
              + " libraries",
          e);
    }
  }

  private static void loadOpenCl() {
    try {
      // Otherwise CL's static initialiser would load, and a failure could not be tried again.
      Configuration.OPENCL_EXPLICIT_INIT.set(true);
      if (linux() && Configuration.OPENCL_LIBRARY_NAME.get() == null) {
        // LWJGL looks for libOpenCL.so, which comes with headers; what users install lacks it.
        Configuration.OPENCL_LIBRARY_NAME.set("libOpenCL.so.1");
      }
      CL.create();
    } catch (LinkageError | RuntimeException e) {
      throw noLoader(linux(), e);
    }
  }

  static BindingException noLoader(boolean linux, Throwable e) {
    String remedy = linux ? "install ocl-icd-libopencl1" : "install your GPU's driver";
    return new BindingException("no OpenCL loader", remedy, e);
  }

  private static boolean linux() {
    return Platform.get() == Platform.LINUX;
  }

  private static String reason(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
