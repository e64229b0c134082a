package dev.jacquard.backend;

import java.util.List;

/**
 * A backend, found by {@link java.util.ServiceLoader}. Implementations have a public constructor
 * without arguments that does nothing that can fail: what may be missing on a machine is looked for
 * in {@link #probe}.
 */
public interface BackendProvider {
  /** The stable name by which users choose it: {@code cpu}. Device ids start with it. */
  String id();

  /**
   * The options that it takes; a command line shows and parses them. A backend that keeps what it
   * compiles for later processes has a flag {@code no-cache}, by which it does not.
   */
  List<BackendOption<?>> options();

  /**
   * What devices there are and whether they can be used. Never throws and changes nothing; a broken
   * driver is a report, not a failure.
   */
  BackendReport probe(BackendOptions options);

  /**
   * Whether it begins at once, with no driver to load. For little {@link Work} its devices are
   * chosen, without a look at others, unless the user chooses.
   */
  default boolean isAtHand() {
    return false;
  }

  /** What the user should know of options that suit a device badly, a line each. */
  default List<String> warnings(DeviceInfo info, BackendOptions options) {
    return List.of();
  }

  /**
   * Opens a device that a probe reported as ready. Two devices may be open at once.
   *
   * @param deviceId as in {@link DeviceReport#id()}
   * @throws dev.jacquard.error.JacquardException if it cannot be opened or does not exist
   */
  Device open(String deviceId, BackendOptions options);
}
