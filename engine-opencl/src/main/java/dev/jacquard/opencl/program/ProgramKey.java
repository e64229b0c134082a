package dev.jacquard.opencl.program;

import dev.jacquard.opencl.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A program's name in the cache.
 *
 * @param hex the SHA-256 of all that decides what the compiler makes
 */
record ProgramKey(String hex) {
  static ProgramKey of(DriverIdentity driver, String source, String options) {
    MessageDigest digest = Sha256.digest();
    for (String part :
        new String[] {driver.platform(), driver.device(), driver.driver(), options, source}) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      // The lengths keep "a" before "bc" apart from "ab" before "c".
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
      digest.update(bytes);
    }
    return new ProgramKey(HexFormat.of().formatHex(digest.digest()));
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }
}
