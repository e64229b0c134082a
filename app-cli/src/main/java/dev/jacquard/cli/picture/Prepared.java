package dev.jacquard.cli.picture;

import java.util.List;

/**
 * A picture made ready for a network.
 *
 * @param picture what the network sees: bytes {@code [H, W, C]}
 * @param done what was done to the file's picture, for people, in order: {@code "made grey by Rec.
 *     601 luma"}
 * @param inverted whether light and dark were exchanged
 */
public record Prepared(Picture picture, List<String> done, boolean inverted) {
  /** Keeps a copy of the list. */
  public Prepared {
    done = List.copyOf(done);
  }
}
