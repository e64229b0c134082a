package dev.jacquard.opencl.program;

import dev.jacquard.checkpoint.AtomicFile;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The folder of compiled programs: a file for each. What goes wrong with it is not worth failing.
 */
final class ProgramStore {
  static final System.Logger LOGGER = System.getLogger("dev.jacquard.opencl");

  private final Path folder;
  private final Duration patience;

  /**
   * A folder, which {@link #prepare} makes.
   *
   * @param patience how long to wait for another process that compiles the same
   */
  ProgramStore(Path folder, Duration patience) {
    this.folder = folder;
    this.patience = patience;
  }

  /**
   * Makes the folder if need be.
   *
   * @return whether it can be written to
   */
  boolean prepare() {
    try {
      Files.createDirectories(folder);
      if (Files.isWritable(folder)) {
        return true;
      }
      LOGGER.log(Level.DEBUG, "programs are not kept: " + folder + " cannot be written to");
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "programs are not kept in " + folder, e);
    }
    return false;
  }

  /** A program's binary, if its file is there and sound. */
  Optional<byte[]> read(ProgramKey key) {
    try {
      return ProgramFile.decode(key, Files.readAllBytes(file(key, "bin")));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "a compiled program cannot be read", e);
      return Optional.empty();
    }
  }

  /** Keeps a program's binary. */
  void write(ProgramKey key, byte[] binary) {
    try {
      AtomicFile.write(file(key, "bin"), out -> out.write(ProgramFile.encode(key, binary)));
    } catch (JacquardException e) {
      LOGGER.log(Level.DEBUG, "a compiled program is not kept", e);
    }
  }

  /** Works while no other process or thread works on this program, if that can be had in time. */
  long alone(ProgramKey key, LongSupplier work) {
    EntryLock lock = EntryLock.await(file(key, "lock"), patience);
    try {
      return work.getAsLong();
    } finally {
      lock.release();
    }
  }

  private Path file(ProgramKey key, String extension) {
    return folder.resolve(key.hex() + "." + extension);
  }
}
