package dev.jacquard.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class BoundedFileTest {
  @TempDir Path folder;

  private Path file(byte... bytes) throws IOException {
    return Files.write(folder.resolve("file"), bytes);
  }

  @Test
  void noMoreIsReadThanIsAllowed() throws IOException {
    Path file = file((byte) 'a', (byte) 'b', (byte) 'c');
    assertEquals(Optional.of("abc"), BoundedFile.text(file, 3));
    assertEquals(Optional.empty(), BoundedFile.text(file, 2));
    assertEquals(Optional.of(""), BoundedFile.text(file(), 0));
  }

  /** Its size is 0, and it has no end. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aDeviceWithoutAnEndIsTooLarge() throws IOException {
    assertEquals(Optional.empty(), BoundedFile.text(Path.of("/dev/zero"), 1 << 20));
  }

  @Test
  void whatIsNoTextFails() throws IOException {
    Path file = file((byte) 0xC3);
    assertThrows(CharacterCodingException.class, () -> BoundedFile.text(file, 9));
  }
}
