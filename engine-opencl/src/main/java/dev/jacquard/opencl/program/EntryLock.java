package dev.jacquard.opencl.program;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Keeps two processes, or threads, from compiling the same program at once. It saves work and no
 * more: entries are renamed into place whole, so whoever cannot have it in time goes on without.
 */
final class EntryLock {
  private static final long POLL_MILLIS = 20;

  private final Path file;
  private FileChannel channel;
  private FileLock lock;

  private EntryLock(Path file) {
    this.file = file;
  }

  /** Waits for the lock, at most for {@code patience}. */
  static EntryLock await(Path file, Duration patience) {
    EntryLock entry = new EntryLock(file);
    try {
      entry.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      entry.poll(System.nanoTime() + patience.toNanos());
    } catch (IOException e) {
      ProgramStore.LOGGER.log(System.Logger.Level.DEBUG, "no lock " + file, e);
    }
    return entry;
  }

  private void poll(long deadline) throws IOException {
    // Polled: lock() would wait for ever for a process whose compiler hangs.
    while (!tryLock() && System.nanoTime() < deadline) {
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private boolean tryLock() throws IOException {
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another thread of this process has it.
      return false;
    }
    return lock != null;
  }

  /** Lets the next one have it. */
  void release() {
    try {
      if (lock != null) {
        // While it is still held: who waits for this file, and who comes, find the program made.
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      ProgramStore.LOGGER.log(System.Logger.Level.DEBUG, "the lock " + file + " stays", e);
    } finally {
      close();
    }
  }

  private void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      ProgramStore.LOGGER.log(System.Logger.Level.DEBUG, "the lock " + file + " stays open", e);
    }
  }
}
