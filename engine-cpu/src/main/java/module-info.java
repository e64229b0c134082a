/**
 * The CPU backend. The module jdk.incubator.vector is optional at run time: without it a scalar
 * twin serves.
 */
module dev.jacquard.cpu {
  requires transitive dev.jacquard.api;
  requires static jdk.incubator.vector;

  exports dev.jacquard.cpu;

  provides dev.jacquard.backend.BackendProvider with
      dev.jacquard.cpu.CpuProvider;
}
