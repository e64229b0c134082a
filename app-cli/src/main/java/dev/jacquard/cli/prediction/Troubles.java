package dev.jacquard.cli.prediction;

import dev.jacquard.error.JacquardException;

/** Told of what cannot be classified. */
public interface Troubles {
  /** A picture, or what was given as one, cannot be read. */
  void failed(JacquardException failure);

  /**
   * A file of a folder is no picture.
   *
   * @param file its name
   * @param received what it is
   */
  void skipped(String file, String received);

  /**
   * A folder is within one that was given.
   *
   * @param folder its name
   */
  void notEntered(String folder);
}
