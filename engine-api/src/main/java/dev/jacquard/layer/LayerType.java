package dev.jacquard.layer;

import java.util.function.Function;

/**
 * Makes a kind of layer known to network files. A plug-in is a jar with an implementation that has
 * a public constructor without arguments, listed in {@code
 * META-INF/services/dev.jacquard.layer.LayerType} (and, in a named module, by {@code provides}).
 */
public interface LayerType {

  /**
   * The stable name. A plug-in's has its vendor, a colon and its own: {@code acme:squeeze}. The
   * built-in ones have no colon.
   */
  String name();

  /**
   * Reads a layer from its JSON object. The keys {@code type}, {@code name} and {@code inputs} are
   * the network's affair; every other key that this method does not ask for is reported as unknown.
   *
   * @throws dev.jacquard.error.JacquardException if a setting is missing or wrong
   */
  Layer parse(Fields fields);

  /** A type made of its name and its reader. */
  static LayerType of(String name, Function<Fields, Layer> parser) {
    return new LayerType() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Layer parse(Fields fields) {
        return parser.apply(fields);
      }
    };
  }
}
