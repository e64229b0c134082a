/** The OpenCL C sources of Jacquard's kernels. */
module dev.jacquard.kernels {
  exports dev.jacquard.kernels;
}
