/** The OpenCL backend. Only its binding package knows the library that calls OpenCL. */
module dev.jacquard.opencl {
  requires transitive dev.jacquard.api;
  requires dev.jacquard.kernels;
  requires jocl;
  requires org.lwjgl;
  requires org.lwjgl.opencl;

  exports dev.jacquard.opencl;

  provides dev.jacquard.backend.BackendProvider with
      dev.jacquard.opencl.OpenClProvider;
}
