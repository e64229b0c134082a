package dev.jacquard.backend;

/** A data set on a device. Belongs to the session that uploaded it. */
public interface ResidentData extends AutoCloseable {
  /** The number of samples. */
  int size();

  /** Frees it. Closing again does nothing. */
  @Override
  void close();
}
