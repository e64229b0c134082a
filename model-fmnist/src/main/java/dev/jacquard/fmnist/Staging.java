package dev.jacquard.fmnist;

import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for what is being fetched, which is gone when this is closed or Ctrl-C has come. */
final class Staging implements AutoCloseable {
  private static final int MOST_TRIES = 100;

  private final Path path;
  private final Thread hook = new Thread(this::end, "jacquard-fetch-end");
  private volatile boolean ended;

  private Staging(Path path) {
    this.path = path;
  }

  /**
   * Beside a folder, because a file can only be moved in one step within one file system.
   *
   * @throws JacquardException if Ctrl-C has come
   */
  static Staging beside(Path folder) throws IOException {
    Path parent = Files.createDirectories(folder.toAbsolutePath().getParent());
    Staging staging = new Staging(Files.createTempDirectory(parent, ".fetch-"));
    try {
      Runtime.getRuntime().addShutdownHook(staging.hook);
    } catch (IllegalStateException e) {
      delete(staging.path);
      throw interrupted(e);
    }
    return staging;
  }

  private static JacquardException interrupted(Exception e) {
    return new JacquardException("fetching Fashion-MNIST was interrupted; begin again", e);
  }

  Path path() {
    return path;
  }

  /**
   * Tells a failure of the fetch that comes of the end of the JVM, which has taken this away, from
   * one that the caller is to explain.
   *
   * @throws JacquardException if it comes of that
   */
  void requireNotEnded(IOException failure) {
    if (ended) {
      throw interrupted(failure);
    }
  }

  /**
   * Meanwhile the fetch may go on. Under its new name the folder gets no new files from this JVM,
   * whose paths lead nowhere now; a command that runs within it may still bring some.
   */
  private void end() {
    ended = true;
    Path away = path.resolveSibling(path.getFileName() + "-ended");
    try {
      Files.move(path, away, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // Closed already, or a system that moves no folder in use.
      away = path;
    }
    delete(away);
    for (int i = 0; i < MOST_TRIES && Files.exists(away); i++) {
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        return;
      }
      delete(away);
    }
  }

  @Override
  public void close() {
    delete(path);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down, and the hook runs.
    }
  }

  /** What cannot be deleted is left: the fetch itself has succeeded or has its own error. */
  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> all = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path each : all) {
        Files.deleteIfExists(each);
      }
    } catch (IOException | UncheckedIOException e) {
      System.getLogger(Staging.class.getName())
          .log(System.Logger.Level.DEBUG, "could not delete " + folder, e);
    }
  }
}
