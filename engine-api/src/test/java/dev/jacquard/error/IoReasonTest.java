package dev.jacquard.error;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

class IoReasonTest {
  /** The line has named it already. */
  @Test
  void doesNotNameTheFileAgain() {
    assertEquals("no such file; check the path", IoReason.of(new NoSuchFileException("x")));
    assertEquals(
        "no permission; change the file's permissions",
        IoReason.of(new AccessDeniedException("x")));
    assertEquals(
        "Not a directory", IoReason.of(new FileSystemException("x", null, "Not a directory")));
    assertEquals(
        "a file of that name is in the way; move it",
        IoReason.of(new FileAlreadyExistsException("x")));
    assertEquals("NotDirectoryException", IoReason.of(new NotDirectoryException("x")));
  }

  /** Java's is "Input length = 1". */
  @Test
  void bytesThatAreNoTextAreSaidToBe() {
    assertEquals("it is no text in UTF-8", IoReason.of(new MalformedInputException(1)));
  }

  @Test
  void isNeverNull() {
    assertEquals("EOFException", IoReason.of(new EOFException()));
    assertEquals("the disk is on fire", IoReason.of(new IOException("the disk is on fire")));
    assertEquals(
        "the thread was interrupted; read it again", IoReason.of(new ClosedByInterruptException()));
  }
}
