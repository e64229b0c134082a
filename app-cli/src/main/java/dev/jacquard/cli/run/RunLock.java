package dev.jacquard.cli.run;

import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * That one training alone writes a run folder, by a lock on a file in it. The system lets go of the
 * lock when the process ends, however it ends; a file that was left says nothing.
 */
final class RunLock {
  /** Nobody else's name: the file is taken away in the end, from a folder that its user chose. */
  private static final String NAME = ".jacquard.lock";

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Whether a file is there for this alone. */
  static boolean isOne(Path file) {
    return file.endsWith(NAME);
  }

  /**
   * Locks a folder.
   *
   * @throws JacquardException if another training has it
   */
  static RunLock of(Path folder) {
    Path file = folder.resolve(NAME);
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      // Whoever had it until now takes the file away, and a lock on that keeps nobody out.
      if (channel.tryLock() != null && Files.exists(file)) {
        return new RunLock(file, channel);
      }
    } catch (OverlappingFileLockException e) {
      // Another training of this process has it.
    } catch (IOException e) {
      // Some file systems have no locks; a folder that cannot be written fails with what is
      // written.
      return new RunLock(file, channel);
    }
    close(channel);
    throw new JacquardException(
        "the run folder "
            + folder
            + " is in use: another process trains in it; wait for its end, or end it");
  }

  /** Lets others have the folder. */
  void release() {
    try {
      if (channel != null && channel.isOpen()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // It says nothing without its lock.
    }
    close(channel);
  }

  private static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was written.
    }
  }
}
