package dev.jacquard.backend;

import dev.jacquard.graph.Graph;
import java.util.Map;
import java.util.Optional;

/** An open device. Sessions of one device may be used from different threads at once. */
public interface Device extends AutoCloseable {
  /** What it is. */
  DeviceInfo info();

  /**
   * Compiles nothing yet, but checks that the device can run {@code graph}, takes memory for its
   * parameters and fills them with {@link Graph#initialValues}.
   *
   * @throws dev.jacquard.error.JacquardException if the graph, the precision or the size is more
   *     than the device can do
   */
  Session session(Graph graph, SessionConfig config);

  /** Device buffers that are alive, over all sessions; 0 when every session is closed. */
  long liveBuffers();

  /**
   * How many times the rounding error of plain sums in fp32 results may have: 1, unless an option
   * chose an algorithm that trades accuracy for speed. Where it is more, results on small integers
   * need not be exact either. The conformance suite widens its tolerances by it, and says so.
   */
  default double errorGrowth() {
    return 1;
  }

  /**
   * Measures what the device does at most.
   *
   * @param seconds about how long that may take; a few runs are made whatever it is
   * @return empty if the backend has no program for that
   */
  default Optional<Roofline> roofline(double seconds) {
    return Optional.empty();
  }

  /**
   * What {@link Session#profile} is measured by, for reports: {@code "events of the device, steps
   * of 1 ns"}.
   *
   * @return empty if it is not known
   */
  default Optional<String> stageClock() {
    return Optional.empty();
  }

  /** What searches for the fastest kernels of this device; empty if the backend has no choice. */
  default Optional<Tuner> tuner() {
    return Optional.empty();
  }

  /**
   * Options by which a device that is opened later computes as this one does, whatever a {@link
   * Tuner} found meanwhile: a resumed training takes them. What they refer to is kept.
   */
  default Map<String, String> pinned() {
    return Map.of();
  }

  /** Closes sessions that are still open, and the device. Closing again does nothing. */
  @Override
  void close();
}
