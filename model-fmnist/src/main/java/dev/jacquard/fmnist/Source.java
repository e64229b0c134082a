package dev.jacquard.fmnist;

import java.io.IOException;
import java.nio.file.Path;

/** A place that the data set can be fetched from. */
interface Source {
  /** The name for messages. */
  String title();

  /**
   * Puts the four files into {@code folder}, each plain or with {@code .gz}. Whoever calls checks
   * them.
   *
   * @param folder empty; what else is left there is deleted afterwards
   * @throws IOException if a file cannot be had; its message is the reason
   */
  void fetchInto(Path folder) throws IOException;
}
