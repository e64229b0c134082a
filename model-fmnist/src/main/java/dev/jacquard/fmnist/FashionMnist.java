package dev.jacquard.fmnist;

import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The data set Fashion-MNIST: 70,000 grey images of 28x28 with ten classes of clothing. See <a
 * href="https://github.com/zalandoresearch/fashion-mnist">its home</a>.
 *
 * <p>A folder holds it when the four IDX files of both {@linkplain Split splits} are there, each
 * plain or with {@code .gz}.
 */
public final class FashionMnist {
  /** The names of the classes in the order of their labels. */
  public static final List<String> CLASSES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  /** The environment's variable that names the folder. */
  public static final String VARIABLE = "FASHION_MNIST_DIR";

  /** The height and width of every image. */
  public static final int SIDE = 28;

  /** The shape of one image: {@code [28, 28, 1]}. */
  public static final Shape SAMPLE = Shape.of(SIDE, SIDE, 1);

  /** Where Debian's package puts the data. */
  static final Path SYSTEM = Path.of("/usr/share/datasets/fashion-mnist");

  private FashionMnist() {}

  /**
   * Reads one split.
   *
   * @param folder holds the split's two files
   * @return images of shape {@link #SAMPLE} as bytes 0 to 255, with labels 0 to 9
   * @throws JacquardException if a file is missing, damaged or does not fit the other
   */
  public static DataSet load(Path folder, Split split) {
    Path imageFile = require(folder, split.images());
    Path labelFile = require(folder, split.labels());
    byte[] images = Idx.images(imageFile, SIDE, SIDE);
    int[] labels = Idx.labels(labelFile, CLASSES.size());
    int count = images.length / SAMPLE.elements();
    if (labels.length != count) {
      throw new JacquardException(
          labelFile
              + ": expected "
              + count
              + " labels, one for each image in "
              + imageFile.getFileName()
              + ", received "
              + labels.length
              + "; get both files again");
    }
    return DataSet.ofBytes("Fashion-MNIST " + split.title(), SAMPLE, images, labels, CLASSES);
  }

  /**
   * Reads one split from where the data set is {@linkplain #find(Optional, Map) found}; if it is
   * nowhere, it is fetched into the cache, and the log says so.
   *
   * @throws JacquardException if it cannot be fetched, or a file is damaged
   */
  public static DataSet load(Split split) {
    System.Logger logger = System.getLogger(FashionMnist.class.getName());
    Consumer<String> announce = line -> logger.log(System.Logger.Level.INFO, line);
    return load(findOrFetch(Optional.empty(), System.getenv(), false, announce), split);
  }

  /**
   * Finds the data set: in {@code option}, else in the folder that {@value #VARIABLE} names, else
   * in the {@linkplain #cache cache}, else where Debian's package puts it.
   *
   * @param option the user's choice
   * @param environment the process's variables
   * @return its folder; empty if it is in neither of the last two places
   * @throws JacquardException if the option or the variable names a folder without it
   */
  public static Optional<Path> find(Optional<Path> option, Map<String, String> environment) {
    return find(option, environment, SYSTEM);
  }

  static Optional<Path> find(
      Optional<Path> option, Map<String, String> environment, Path systemFolder) {
    if (option.isPresent()) {
      return Optional.of(requireWhole("--data", option.get()));
    }
    String variable = environment.getOrDefault(VARIABLE, "");
    if (!variable.isEmpty()) {
      return Optional.of(requireWhole("$" + VARIABLE, path(VARIABLE, variable)));
    }
    return List.of(cache(environment), systemFolder).stream()
        .filter(FashionMnist::isIn)
        .findFirst();
  }

  /**
   * Finds the data set as {@link #find(Optional, Map)} does, and fetches it into the cache if it is
   * nowhere to be found.
   *
   * @param offline forbids to fetch it
   * @param announce told one line before it is fetched
   * @return its folder
   * @throws JacquardException if it is nowhere and cannot be fetched
   */
  public static Path findOrFetch(
      Optional<Path> option,
      Map<String, String> environment,
      boolean offline,
      Consumer<String> announce) {
    return find(option, environment)
        .orElseGet(() -> Fetch.standard().into(cache(environment), offline, announce));
  }

  /**
   * Where fetched data is kept: {@code ${XDG_CACHE_HOME:-~/.cache}/jacquard/fashion-mnist}.
   *
   * @throws JacquardException if the variable's value is no path
   */
  public static Path cache(Map<String, String> environment) {
    // The XDG specification says to ignore a relative path.
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    Path caches = path("XDG_CACHE_HOME", xdg);
    if (!caches.isAbsolute()) {
      caches = path("HOME", home).resolve(".cache");
    }
    return caches.resolve("jacquard").resolve("fashion-mnist");
  }

  private static Path path(String variable, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new JacquardException(
          "$"
              + variable
              + ": expected a path, received "
              + value
              + ": "
              + e.getReason()
              + "; if its letters are not ASCII, use a UTF-8 locale such as LC_ALL=C.UTF-8",
          e);
    }
  }

  /** The names of all four files, without {@code .gz}. */
  static List<String> files() {
    List<String> names = new ArrayList<>();
    for (Split split : Split.values()) {
      names.add(split.images());
      names.add(split.labels());
    }
    return names;
  }

  /** The file of this name in {@code folder}, plain or with {@code .gz}. */
  static Optional<Path> file(Path folder, String name) {
    return List.of(folder.resolve(name), folder.resolve(name + ".gz")).stream()
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** Whether a folder holds all of it, whatever is in the files. */
  public static boolean isIn(Path folder) {
    return missing(folder).isEmpty();
  }

  private static Optional<String> missing(Path folder) {
    return files().stream().filter(name -> file(folder, name).isEmpty()).findFirst();
  }

  private static Path require(Path folder, String name) {
    return file(folder, name)
        .orElseThrow(
            () ->
                new JacquardException(
                    folder + ": expected the file " + name + "[.gz], which is not there"));
  }

  private static Path requireWhole(String source, Path folder) {
    missing(folder)
        .ifPresent(
            name -> {
              throw new JacquardException(
                  source
                      + " "
                      + folder
                      + ": expected a folder with the four IDX files of Fashion-MNIST, but "
                      + name
                      + "[.gz] is not there; give another folder, or leave "
                      + source
                      + " out to have it looked for elsewhere");
            });
    return folder;
  }
}
