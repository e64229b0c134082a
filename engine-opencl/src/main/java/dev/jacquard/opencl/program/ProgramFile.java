package dev.jacquard.opencl.program;

import dev.jacquard.opencl.hash.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The form of an entry: magic number and version of the form, 4 bytes each; 32 of the key; 32 of
 * the SHA-256 of the binary; 8 of its length; the binary. Numbers are big-endian.
 */
final class ProgramFile {
  static final int VERSION = 1;

  /** "JQCL". */
  private static final int MAGIC = 0x4A51434C;

  private static final int HASH = 32;
  private static final int HEADER = 2 * Integer.BYTES + 2 * HASH + Long.BYTES;

  private ProgramFile() {}

  static byte[] encode(ProgramKey key, byte[] binary) {
    return ByteBuffer.allocate(HEADER + binary.length)
        .putInt(MAGIC)
        .putInt(VERSION)
        .put(key.bytes())
        .put(Sha256.digest().digest(binary))
        .putLong(binary.length)
        .put(binary)
        .array();
  }

  /**
   * The binary in a file.
   *
   * @return empty if it is of another form or program, or damaged
   */
  static Optional<byte[]> decode(ProgramKey key, byte[] file) {
    ByteBuffer from = ByteBuffer.wrap(file);
    if (file.length < HEADER || from.getInt() != MAGIC || from.getInt() != VERSION) {
      return Optional.empty();
    }
    byte[] program = new byte[HASH];
    byte[] checksum = new byte[HASH];
    from.get(program).get(checksum);
    if (!Arrays.equals(program, key.bytes()) || from.getLong() != from.remaining()) {
      return Optional.empty();
    }
    byte[] binary = new byte[from.remaining()];
    from.get(binary);
    return Arrays.equals(checksum, Sha256.digest().digest(binary))
        ? Optional.of(binary)
        : Optional.empty();
  }
}
