package dev.jacquard.cli.run;

import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * That one training alone writes a run folder, by a lock on a file in it. The system lets go of the
 * lock when the process ends, however it ends; a file that was left says nothing.
 */
final class RunLock {
  /** Nobody else's name: the file is taken away in the end, from a folder that its user chose. */
  static final String NAME = ".jacquard.lock";

  private static final int TRIES = 3;

  private final Path file;
  private final Optional<Object> key;
  private final FileChannel channel;

  private RunLock(Path file, Optional<Object> key, FileChannel channel) {
    this.file = file;
    this.key = key;
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
    // Once more where it was a file that its owner has taken away meanwhile.
    for (int i = 0; i < TRIES; i++) {
      RunLock lock = in(folder);
      if (lock.take()) {
        return lock;
      }
      lock.close();
    }
    throw new JacquardException(
        "the run folder "
            + folder
            + " is in use: another process trains in it; wait for its end, or end it");
  }

  /** A folder's lock, which is still to be taken. */
  static RunLock in(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
    } catch (IOException e) {
      // Another training was quicker, or the folder cannot be written.
    }
    // What is opened has this key, or is not what is there in the end.
    Optional<Object> key = key(file);
    try {
      return new RunLock(
          file, key, FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    } catch (IOException e) {
      // A folder that cannot be written fails with what is written.
      return new RunLock(file, key, null);
    }
  }

  /** Takes it; false if another training has it. */
  boolean take() {
    try {
      if (channel == null) {
        return true;
      }
      // Whoever had it until now takes the file away, and the next one makes another: a lock on
      // that which is gone keeps nobody out.
      return channel.tryLock() != null && Files.exists(file) && key(file).equals(key);
    } catch (OverlappingFileLockException e) {
      // Another training of this process has it.
      return false;
    } catch (IOException e) {
      // Some file systems have no locks.
      return true;
    }
  }

  /** By what the file system knows a file; empty where it has no such thing. */
  private static Optional<Object> key(Path file) {
    try {
      return Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    } catch (IOException e) {
      return Optional.empty();
    }
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
    close();
  }

  void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was written.
    }
  }
}
