/** The engine's vocabulary: layers, graphs, backends, training, and the definition of every op. */
module dev.jacquard.api {
  requires tools.jackson.databind;

  exports dev.jacquard.backend;
  exports dev.jacquard.checkpoint;
  exports dev.jacquard.data;
  exports dev.jacquard.error;
  exports dev.jacquard.graph;
  exports dev.jacquard.layer;
  exports dev.jacquard.model;
  exports dev.jacquard.network;
  exports dev.jacquard.random;
  exports dev.jacquard.reference;
  exports dev.jacquard.tensor;
  exports dev.jacquard.train;

  uses dev.jacquard.backend.BackendProvider;
  uses dev.jacquard.layer.LayerType;
}
