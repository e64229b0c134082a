package dev.jacquard.backend;

/**
 * What a session holds on its device.
 *
 * @param buffers how many
 * @param stateBytes parameters and optimiser state
 * @param dataBytes resident data sets
 * @param workBytes activations, gradients and scratch of its plans
 */
public record MemoryUse(long buffers, long stateBytes, long dataBytes, long workBytes) {
  /** All of it. */
  public long totalBytes() {
    return stateBytes + dataBytes + workBytes;
  }
}
