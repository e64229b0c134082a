package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Graph;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What decides the bits that a plan gives, as one short text. */
final class Fingerprint {
  private Fingerprint() {}

  /**
   * Of a graph on a device.
   *
   * @param more what else decides them: the stages, the optimiser
   */
  static String of(Graph graph, Context context, String more) {
    String text = context.identity() + graph.identity() + more;
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
