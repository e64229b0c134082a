package dev.jacquard.tck;

import dev.jacquard.backend.BackendProvider;
import dev.jacquard.reference.ReferenceBackend;

/** The suite accepts what is right: the reference as a backend. */
class ReferenceConformanceTest extends BackendTck {
  @Override
  protected BackendProvider provider() {
    return new ReferenceBackend();
  }
}
