package dev.jacquard.cli.run;

import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;

/** A folder that is made for a run, with those above it that were missing. */
final class NewFolder {
  private final Path path;
  private final Deque<Path> created = new ArrayDeque<>();

  private NewFolder(Path path) {
    this.path = path;
  }

  /**
   * A folder that its user chose, which may be there but empty.
   *
   * @throws JacquardException if it cannot be made; nothing stays then
   */
  static NewFolder chosen(Path path) {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new JacquardException(
          "the run folder " + path + " is a file; choose another with --out");
    }
    NewFolder folder = new NewFolder(path);
    folder.make(path.toAbsolutePath());
    return folder;
  }

  /**
   * A folder of this name, or with a number behind it where there is one already. That is found out
   * by making it: another training may take the same name at the same time.
   *
   * @throws JacquardException if none can be made; nothing stays then
   */
  static NewFolder unused(Path parent, String name) {
    for (int i = 1; ; i++) {
      NewFolder folder = new NewFolder(parent.resolve(i == 1 ? name : name + "-" + i));
      if (folder.make(folder.path.toAbsolutePath())) {
        return folder;
      }
    }
  }

  /**
   * Checks that nothing is in it that a training would overwrite.
   *
   * @throws JacquardException if something is
   */
  void requireEmpty() {
    try (Stream<Path> files = Files.list(path)) {
      if (files.anyMatch(file -> !RunLock.isOne(file))) {
        throw new JacquardException(
            "the run folder "
                + path
                + " is not empty; choose another with --out, or go on with --resume "
                + path);
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** As its user knows it. */
  Path path() {
    return path;
  }

  /**
   * Takes away what was made.
   *
   * @throws IOException if it is in use by others
   */
  void remove() throws IOException {
    for (Path folder : created) {
      Files.deleteIfExists(folder);
    }
  }

  /** Whether the folder itself was made, rather than found. */
  private boolean make(Path folder) {
    Path parent = folder.getParent();
    if (parent != null && !Files.exists(parent)) {
      make(parent);
    }
    try {
      Files.createDirectory(folder);
      created.push(folder);
      return true;
    } catch (IOException e) {
      if (Files.isDirectory(folder)) {
        return false;
      }
      JacquardException failure = unusable(e);
      try {
        remove();
      } catch (IOException left) {
        failure.addSuppressed(left);
      }
      throw failure;
    }
  }

  private JacquardException unusable(IOException e) {
    String reason = IoReason.of(e);
    if (e instanceof AccessDeniedException) {
      reason = "no permission";
    } else if (e instanceof FileAlreadyExistsException) {
      reason = "a file is in the way";
    } else if (e instanceof NoSuchFileException) {
      reason = "no folder can be created there";
    }
    return new JacquardException(
        "cannot create the run folder " + path + ": " + reason + "; choose another with --out", e);
  }
}
