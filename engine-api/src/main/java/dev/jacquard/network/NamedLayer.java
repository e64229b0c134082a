package dev.jacquard.network;

import dev.jacquard.layer.Layer;
import java.util.List;

/**
 * A layer in its place.
 *
 * @param name unique in its network; the layer's parameters stand under it
 * @param layer what it does
 * @param inputs the names of the earlier layers whose outputs it takes, or {@link Network#INPUT};
 *     at least one
 */
public record NamedLayer(String name, Layer layer, List<String> inputs) {
  /** Copies the list. */
  public NamedLayer {
    inputs = List.copyOf(inputs);
  }
}
