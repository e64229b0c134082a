package dev.jacquard.cli.option;

import dev.jacquard.cli.console.PathText;
import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;
import picocli.CommandLine.Option;

/** The folder of jars that add layers and backends. */
public final class Plugins {
  /** The name of the class loader of their jars, which stack traces show. */
  public static final String LOADER = "plugins";

  private static final String OPTION = "--plugins";

  @Option(
      names = OPTION,
      paramLabel = "DIR",
      description = "Load the layers and backends in the jars of this folder.")
  Path folder;

  /**
   * The folder, if one was given.
   *
   * @throws UsageException if it is none, or has no jar
   */
  public Optional<Path> folder() {
    return Optional.ofNullable(folder).map(Plugins::requireJars);
  }

  /**
   * Where layers and backends are looked for.
   *
   * @throws UsageException if the folder is none, or has no jar
   */
  public ClassLoader loader() {
    return loader(folder());
  }

  /** What has no jar adds nothing, and what it should add would seem unknown. */
  private static Path requireJars(Path folder) {
    if (jars(folder).length == 0) {
      throw new UsageException(
          OPTION
              + " "
              + folder
              + ": expected a folder of jars, received one without; give the folder that holds the"
              + " jars");
    }
    return folder;
  }

  /**
   * Where layers and backends are looked for.
   *
   * @param folder of jars, besides those of the program
   * @throws UsageException if there is no such folder
   */
  public static ClassLoader loader(Optional<Path> folder) {
    ClassLoader own = Plugins.class.getClassLoader();
    return folder.<ClassLoader>map(jars -> new URLClassLoader(LOADER, jars(jars), own)).orElse(own);
  }

  /**
   * The loader that an unparsed command line asks for: backends declare options, so their jars are
   * opened before the command line can be parsed.
   */
  public static ClassLoader named(String[] args) {
    Optional<Path> folder = Optional.empty();
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith(OPTION + "=")) {
        folder = Optional.of(path(args[i].substring(OPTION.length() + 1)));
      } else if (args[i].equals(OPTION) && i + 1 < args.length) {
        folder = Optional.of(path(args[i + 1]));
      }
    }
    return loader(folder.map(Plugins::requireJars));
  }

  private static Path path(String text) {
    try {
      return PathText.parse(text);
    } catch (JacquardException e) {
      throw new UsageException(OPTION + ": " + e.getMessage(), e);
    }
  }

  private static URL[] jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          OPTION
              + " "
              + folder
              + ": expected a folder of jars, "
              + (Files.exists(folder)
                  ? "received a file; give the folder that holds the jars"
                  : "but there is no such folder; check the path"));
    }
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
      files.forEach(jars::add);
      jars.sort(null);
      URL[] urls = new URL[jars.size()];
      for (int i = 0; i < urls.length; i++) {
        requireJar(jars.get(i));
        urls[i] = jars.get(i).toUri().toURL();
      }
      return urls;
    } catch (IOException e) {
      throw new JacquardException(OPTION + " " + folder + ": cannot be read: " + IoReason.of(e), e);
    }
  }

  /** A class loader passes over a damaged jar in silence, and what it adds would seem unknown. */
  private static void requireJar(Path jar) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.size() == 0) {
        throw new IOException("it has no files");
      }
    } catch (IOException e) {
      throw new JacquardException(
          OPTION
              + ": "
              + jar
              + " is not a readable jar: "
              + e.getMessage()
              + "; replace or remove it",
          e);
    }
  }
}
