package dev.jacquard.cli.run;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** What a run folder that came from somebody else must not bring about. */
final class RunGuard {
  private RunGuard() {}

  /**
   * Refuses a folder in which what is written would go elsewhere, through a link or a pipe.
   *
   * @throws JacquardException if there is one where the run has its files, or those of its charts
   */
  static void requireOwnFiles(Path run) {
    Path plots = run.resolve(FileNames.PLOTS);
    Stream.concat(FileNames.FILES.stream(), Stream.of(RunLock.NAME, FileNames.PLOTS))
        .map(run::resolve)
        .forEach(RunGuard::requireOwn);
    if (Files.isDirectory(plots)) {
      try (DirectoryStream<Path> charts = Files.newDirectoryStream(plots)) {
        charts.forEach(RunGuard::requireOwn);
      } catch (DirectoryIteratorException e) {
        throw unreadable(plots, e.getCause());
      } catch (IOException e) {
        throw unreadable(plots, e);
      }
    }
  }

  private static JacquardException unreadable(Path plots, IOException e) {
    return new JacquardException(plots + ": cannot be read: " + IoReason.of(e), e);
  }

  /** A folder in a file's place, or a file in a folder's, is told by who would write there. */
  private static void requireOwn(Path entry) {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(entry, BasicFileAttributes.class, NOFOLLOW_LINKS);
    } catch (IOException e) {
      // There is none.
      return;
    }
    if (attributes.isSymbolicLink() || attributes.isOther()) {
      throw new JacquardException(
          entry
              + ": expected the run's own, received "
              + (attributes.isSymbolicLink()
                  ? "a symbolic link"
                  : "what is neither file nor folder")
              + "; move it out of the run folder");
    }
  }

  /**
   * Runs are passed on: what they name must be a folder that a training here wrote down.
   *
   * @throws JacquardException if the folder of plug-ins may have come with the run: its code would
   *     run
   */
  static void requireOutside(Path run, Path plugins) {
    try {
      Path real = plugins.toRealPath();
      if (real.equals(plugins) && !real.startsWith(run.toRealPath())) {
        return;
      }
    } catch (IOException e) {
      // Then it is not known to be.
    }
    throw new JacquardException(
        run.resolve(FileNames.SETTINGS)
            + " names the folder of plug-ins "
            + plugins
            + ", expected one outside the run, by its absolute path without links, since what is in"
            + " it is executed; give the folder with --plugins DIR if you trust it");
  }
}
