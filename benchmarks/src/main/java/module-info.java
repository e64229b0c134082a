/** Benchmarks of the kernels, of training and of inference, and the comparison with peers. */
module dev.jacquard.benchmarks {
  requires dev.jacquard.api;
  requires dev.jacquard.cpu;
  requires dev.jacquard.fmnist;
  requires dev.jacquard.opencl;
  requires info.picocli;
  requires java.desktop;
  requires jdk.incubator.vector;
  requires jmh.core;
  requires tools.jackson.databind;

  opens dev.jacquard.benchmarks.load to
      info.picocli;
  opens dev.jacquard.benchmarks.peer to
      info.picocli;
}
