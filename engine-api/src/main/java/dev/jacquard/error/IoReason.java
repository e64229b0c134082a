package dev.jacquard.error;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * Why a file cannot be read or made, for a line that names the file itself. The message of the
 * exception may be the file's name again, or null.
 */
public final class IoReason {
  private IoReason() {}

  /** The reason, with the remedy where there is one. */
  public static String of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file; check the path";
    }
    if (e instanceof AccessDeniedException) {
      return "no permission; change the file's permissions";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file of that name is in the way; move it";
    }
    if (e instanceof CharacterCodingException) {
      return "it is no text in UTF-8";
    }
    if (e instanceof ClosedByInterruptException) {
      return "the thread was interrupted; read it again";
    }
    String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
