package dev.jacquard.opencl;

import dev.jacquard.backend.ResidentData;
import dev.jacquard.data.DataSet;

/** A data set uploaded as bytes; its workbench frees it. */
record TrialData(int size, long elements, long labels) implements ResidentData {
  static TrialData upload(Workbench bench, DataSet data) {
    return new TrialData(data.size(), bench.buffer(data.bytes()), bench.buffer(data.labels()));
  }

  @Override
  public void close() {
    // The workbench owns the buffers.
  }
}
