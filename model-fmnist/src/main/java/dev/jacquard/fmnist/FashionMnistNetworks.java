package dev.jacquard.fmnist;

import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Networks for Fashion-MNIST, as JSON documents. */
public final class FashionMnistNetworks {
  /** The network of the reference, and the default. */
  public static final String REFERENCE = "fmnist-reference";

  private static final List<String> NAMES = List.of(REFERENCE, "lenet5", "resnet-small");

  private FashionMnistNetworks() {}

  /** The names of all networks, the default first. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The JSON document of a network.
   *
   * @throws JacquardException if no network has this name
   */
  public static String json(String name) {
    if (!NAMES.contains(name)) {
      throw new JacquardException(
          "no network is named "
              + name
              + "; expected one of "
              + String.join(", ", NAMES)
              + " or a file ending in .json");
    }
    try (InputStream in = FashionMnistNetworks.class.getResourceAsStream(name + ".json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + name + ".json", e);
    }
  }
}
