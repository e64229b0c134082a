package dev.jacquard.checkpoint;

import dev.jacquard.error.JacquardException;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes files that are either whole or not there. The bytes go to a temporary name in the same
 * folder, are forced to the disk, and take the file's name in one step. Whoever reads the file sees
 * the old one or the new one, also after a crash or a power cut.
 */
public final class AtomicFile {
  private static final int BUFFER_BYTES = 1 << 16;

  /** Symbolic links that may lead to one another, as on Linux. */
  private static final int MOST_LINKS = 40;

  private AtomicFile() {}

  /** Gives a file's contents. */
  @FunctionalInterface
  public interface Writer {
    /** Writes all contents to {@code out}, which is buffered and need not be closed. */
    void write(OutputStream out) throws IOException;
  }

  /** Creates a file for writing; tests have one that fails. */
  @FunctionalInterface
  interface Opener {
    FileOutputStream open(Path file) throws IOException;
  }

  /**
   * Writes {@code file}, replacing one that is there. A symbolic link stays and its target is made
   * or replaced. A device or a pipe is written to directly, since it cannot be replaced.
   *
   * @param file where; its folder must exist
   * @throws JacquardException if the file cannot be written, with the reason and the remedy; a file
   *     that was there before is then unchanged and nothing half-written stays
   */
  public static void write(Path file, Writer writer) {
    write(file, writer, AtomicFile::create);
  }

  /**
   * Refuses what {@link #write} would refuse, before the work whose result could not be kept.
   *
   * @throws JacquardException as {@link #write}
   */
  public static void requireWritable(Path file) {
    requireNoFolder(file);
    try {
      if (!Files.exists(file) || Files.isRegularFile(file)) {
        Files.delete(Files.createFile(temporaryBeside(target(file))));
      }
    } catch (IOException e) {
      throw new JacquardException("cannot write " + file + ": " + reasonAndRemedy(file, e), e);
    }
  }

  /**
   * Writes {@code file} without waiting for the disk: for what is replaced all the time and would
   * not be missed. Readers see the old file or the new one, as with {@link #write(Path, Writer)},
   * but after a power cut there may be neither.
   *
   * @throws JacquardException as {@link #write(Path, Writer)}
   */
  public static void writeUnforced(Path file, Writer writer) {
    write(file, writer, AtomicFile::create, false);
  }

  static void write(Path file, Writer writer, Opener opener) {
    write(file, writer, opener, true);
  }

  private static void write(Path file, Writer writer, Opener opener, boolean force) {
    requireNoFolder(file);
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
          writer.write(out);
        }
        return;
      }
      Path target = target(file);
      replace(target, writer, opener, force);
      if (force) {
        forceFolder(target.getParent());
      }
    } catch (IOException e) {
      throw new JacquardException("cannot write " + file + ": " + reasonAndRemedy(file, e), e);
    }
  }

  /** What a name stands for, whether that is there or not. */
  private static Path target(Path file) throws IOException {
    if (Files.exists(file)) {
      return file.toRealPath();
    }
    Path target = file.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    return target;
  }

  private static void replace(Path target, Writer writer, Opener opener, boolean force)
      throws IOException {
    Path temporary = temporaryBeside(target);
    try {
      // Not a FileChannel: an interrupt would close it in the middle of a checkpoint.
      try (FileOutputStream file = opener.open(temporary)) {
        OutputStream out = new BufferedOutputStream(file, BUFFER_BYTES);
        writer.write(out);
        out.flush();
        if (force) {
          file.getFD().sync();
        }
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException | Error e) {
      deleteAfter(e, temporary);
      throw e;
    }
  }

  private static void requireNoFolder(Path file) {
    if (Files.isDirectory(file)) {
      throw new JacquardException("cannot write " + file + ": it is a folder; give a file name");
    }
  }

  private static Path temporaryBeside(Path target) {
    return target.resolveSibling(
        String.format(Locale.ROOT, ".%016x.tmp", ThreadLocalRandom.current().nextLong()));
  }

  /** Like any program's files, the new one gets the permissions that the user's mask allows. */
  private static FileOutputStream create(Path file) throws IOException {
    Files.createFile(file);
    return new FileOutputStream(file.toFile());
  }

  private static void deleteAfter(Throwable failure, Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Makes the new name itself survive a power cut, on systems where a folder can be forced. */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot open a folder. The file is complete all the same.
    }
  }

  private static String reasonAndRemedy(Path file, IOException e) {
    Path folder = file.toAbsolutePath().getParent();
    if (e instanceof AccessDeniedException) {
      return "no permission to write in "
          + folder
          + "; change its permissions or choose another folder";
    }
    if (e instanceof NoSuchFileException && !Files.isDirectory(folder)) {
      return "the folder " + folder + " does not exist; create it or choose another folder";
    }
    String reason = reason(e);
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("quota")) {
      return "no space left on the disk; free some or choose another folder";
    }
    return reason + "; choose another folder";
  }

  private static String reason(IOException e) {
    // The message of a FileSystemException repeats the temporary name, which says nothing to users.
    if (e instanceof FileSystemException failure) {
      return failure.getReason() == null ? "no file can be created there" : failure.getReason();
    }
    return e.getMessage() == null ? "writing failed" : e.getMessage();
  }
}
