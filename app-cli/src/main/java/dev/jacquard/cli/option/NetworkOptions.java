package dev.jacquard.cli.option;

import dev.jacquard.cli.console.PathText;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.FashionMnistNetworks;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The choice of a network. */
public final class NetworkOptions {
  /** Its name. */
  public static final String OPTION = "--network";

  private static final String ENDING = ".json";

  @Option(
      names = OPTION,
      paramLabel = "NAME|FILE.json",
      description =
          "The network, by name or as a file, such as a run's network.json (default: "
              + FashionMnistNetworks.REFERENCE
              + ").")
  String network;

  /** The choice as it was written, if there was one. */
  public Optional<String> given() {
    return Optional.ofNullable(network);
  }

  /** Whether a word would be taken for a network. */
  public static boolean isNetwork(String word) {
    return word.endsWith(ENDING) || FashionMnistNetworks.names().contains(word);
  }

  /**
   * Reads the network.
   *
   * @param loader where plug-ins' layers are looked for
   * @throws UsageException if there is none of this name
   * @throws JacquardException if the file is not a network
   */
  public Network load(ClassLoader loader) {
    LayerTypes types = LayerTypes.load(loader);
    String choice = given().orElse(FashionMnistNetworks.REFERENCE);
    if (choice.endsWith(ENDING)) {
      return Network.read(file(choice), types);
    }
    if (!FashionMnistNetworks.names().contains(choice)) {
      throw new UsageException(
          "--network: expected "
              + String.join(", ", FashionMnistNetworks.names())
              + " or a file ending in .json, received "
              + choice
              + ofRun(choice));
    }
    return Network.parse(FashionMnistNetworks.json(choice), types);
  }

  private static Path file(String choice) {
    try {
      return PathText.parse(choice);
    } catch (JacquardException e) {
      throw new UsageException("--network: " + e.getMessage(), e);
    }
  }

  /** What to give instead of a run's folder; the choice need not be what a path can be. */
  private static String ofRun(String choice) {
    File file = new File(choice, "network.json");
    return file.isFile() ? "; of this run, give " + file : "";
  }

  /**
   * Reads the network, which must tell so many classes apart.
   *
   * @throws JacquardException as {@link #load}, or if its last layer gives more or fewer numbers
   */
  public Network load(ClassLoader loader, int classes) {
    Network loaded = load(loader);
    try {
      loaded.requireClasses(classes);
    } catch (JacquardException e) {
      throw new JacquardException(
          given().orElse(FashionMnistNetworks.REFERENCE) + ": " + e.getMessage(), e);
    }
    return loaded;
  }
}
