package dev.jacquard.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.error.JacquardException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
  private static final byte[] TEXT = "new contents".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = folder.resolve("metrics.json");
  }

  @Test
  void createsAFile() throws IOException {
    AtomicFile.write(file, out -> out.write(TEXT));

    assertArrayEquals(TEXT, Files.readAllBytes(file));
    assertEquals(List.of("metrics.json"), names());
  }

  @Test
  void replacesAFileOnlyWhenItIsWhole() throws IOException {
    Files.writeString(file, "old");

    AtomicFile.write(
        file,
        out -> {
          out.write(new byte[1 << 20]);
          assertEquals("old", Files.readString(file));
        });

    assertEquals(1 << 20, Files.size(file));
    assertEquals(List.of("metrics.json"), names());
  }

  @Test
  void withoutWaitingForTheDiskAFileIsWholeAllTheSame() throws IOException {
    Files.writeString(file, "old");

    AtomicFile.writeUnforced(
        file,
        out -> {
          out.write(new byte[1 << 20]);
          assertEquals("old", Files.readString(file));
        });

    assertEquals(1 << 20, Files.size(file));
    assertEquals(List.of("metrics.json"), names());
  }

  @Test
  void replacesTheTargetOfASymbolicLink() throws IOException {
    Path target = folder.resolve("target.json");
    Files.writeString(target, "old");
    Files.createSymbolicLink(file, target);

    AtomicFile.write(file, out -> out.write(TEXT));

    assertTrue(Files.isSymbolicLink(file));
    assertArrayEquals(TEXT, Files.readAllBytes(target));
  }

  @Test
  void createsTheTargetOfADanglingLink() throws IOException {
    Path target = folder.resolve("later.json");
    Files.createSymbolicLink(folder.resolve("between"), target);
    Files.createSymbolicLink(file, Path.of("between"));

    AtomicFile.write(file, out -> out.write(TEXT));

    assertTrue(Files.isSymbolicLink(file));
    assertArrayEquals(TEXT, Files.readAllBytes(target));
  }

  @Test
  void refusesALinkThatLeadsToItself() throws IOException {
    Files.createSymbolicLink(file, file);
    JacquardException e =
        assertThrows(JacquardException.class, () -> AtomicFile.write(file, out -> out.write(TEXT)));
    assertTrue(e.getMessage().startsWith("cannot write " + file + ": "), e.getMessage());
    assertEquals(List.of("metrics.json"), names());
  }

  @Test
  void aFullDiskLeavesTheOldFileAndNothingElse() throws IOException {
    Files.writeString(file, "old");

    assertMessage(
        "cannot write " + file + ": no space left on the disk; free some or choose another folder",
        () -> AtomicFile.write(file, out -> out.write(new byte[300_000]), FullAfter::open));

    assertEquals("old", Files.readString(file));
    assertEquals(List.of("metrics.json"), names());
  }

  @Test
  void aFullDiskIsNoticedInTheLastBufferToo() throws IOException {
    assertMessage(
        "cannot write " + file + ": no space left on the disk; free some or choose another folder",
        () -> AtomicFile.write(file, out -> out.write(new byte[100_001]), FullAfter::open));

    assertEquals(List.of(), names());
  }

  /** The system's own error, where it has a device that is always full. */
  @Test
  void aFullDeviceIsReportedAndNotReplaced() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no /dev/full");

    assertMessage(
        "cannot write /dev/full: no space left on the disk; free some or choose another folder",
        () -> AtomicFile.write(full, out -> out.write(TEXT)));
    assertTrue(Files.exists(full) && !Files.isRegularFile(full));
  }

  @Test
  void noPermissionNamesTheFolder() throws IOException {
    assertMessage(
        "cannot write "
            + file
            + ": no permission to write in "
            + folder
            + "; change its permissions or choose another folder",
        () ->
            AtomicFile.write(
                file,
                out -> out.write(TEXT),
                temporary -> {
                  throw new AccessDeniedException(temporary.toString());
                }));
    assertEquals(List.of(), names());
  }

  @Test
  void aFolderWithoutPermissionIsRefused() {
    assumeTrue(folder.toFile().setWritable(false) && !Files.isWritable(folder), "root may write");
    try {
      assertMessage(
          "cannot write "
              + file
              + ": no permission to write in "
              + folder
              + "; change its permissions or choose another folder",
          () -> AtomicFile.write(file, out -> out.write(TEXT)));
    } finally {
      assertTrue(folder.toFile().setWritable(true));
    }
  }

  @Test
  void anotherReasonIsPassedOnWithoutTheTemporaryName() {
    assertMessage(
        "cannot write " + file + ": Read-only file system; choose another folder",
        () ->
            AtomicFile.write(
                file,
                out -> out.write(TEXT),
                temporary -> {
                  throw new FileSystemException(
                      temporary.toString(), null, "Read-only file system");
                }));
  }

  @Test
  void aMissingFolderIsNamed() {
    Path missing = folder.resolve("missing");

    assertMessage(
        "cannot write "
            + missing.resolve("a.csv")
            + ": the folder "
            + missing
            + " does not exist; create it or choose another folder",
        () -> AtomicFile.write(missing.resolve("a.csv"), out -> out.write(TEXT)));
  }

  @Test
  void aFolderIsNotReplaced() {
    assertMessage(
        "cannot write " + folder + ": it is a folder; give a file name",
        () -> AtomicFile.write(folder, out -> out.write(TEXT)));
  }

  @Test
  void aWriterThatFailsLeavesNothing() throws IOException {
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFile.write(
                file,
                out -> {
                  out.write(TEXT);
                  throw new IllegalStateException("diverged");
                }));

    assertEquals(List.of(), names());
  }

  @Test
  void anInterruptDoesNotTearTheFile() throws IOException {
    Thread.currentThread().interrupt();

    AtomicFile.write(file, out -> out.write(TEXT));

    assertTrue(Thread.interrupted());
    assertArrayEquals(TEXT, Files.readAllBytes(file));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static void assertMessage(String expected, Executable action) {
    assertEquals(expected, assertThrows(JacquardException.class, action).getMessage());
  }

  /** A file on a disk that has room for 100,000 bytes. */
  private static final class FullAfter extends FileOutputStream {
    private int room = 100_000;

    private FullAfter(Path file) throws IOException {
      super(file.toFile());
    }

    static FileOutputStream open(Path file) throws IOException {
      return new FullAfter(file);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      super.write(bytes, offset, Math.min(room, count));
      room -= count;
      if (room < 0) {
        throw new IOException("No space left on device");
      }
    }
  }

  /** As in /proc on Linux: the folder is there, and Java gives no reason why no file can be. */
  @Test
  void aFolderThatTakesNoFilesIsToldInWords() {
    assertMessage(
        "cannot write " + file + ": no file can be created there; choose another folder",
        () ->
            AtomicFile.write(
                file,
                out -> out.write(TEXT),
                temporary -> {
                  throw new NoSuchFileException(temporary.toString());
                }));
  }

  @Test
  void whatCannotBeWrittenCanBeRefusedBefore() throws IOException {
    Path missing = folder.resolve("missing");
    assertMessage(
        "cannot write "
            + missing.resolve("a.json")
            + ": the folder "
            + missing
            + " does not exist; create it or choose another folder",
        () -> AtomicFile.requireWritable(missing.resolve("a.json")));
    assertMessage(
        "cannot write " + folder + ": it is a folder; give a file name",
        () -> AtomicFile.requireWritable(folder));
    AtomicFile.requireWritable(file);
    assertEquals(List.of(), names());
  }
}
