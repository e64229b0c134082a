package dev.jacquard.opencl.plan;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
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
    StringBuilder text = new StringBuilder(context.identity());
    for (Node node : graph.nodes()) {
      // Other classes than records may print where they lie in memory.
      boolean printed = !(node.op() instanceof CustomOp) || node.op() instanceof Record;
      Object op = printed ? node.op() : ((CustomOp) node.op()).type();
      text.append(node.id()).append(node.name()).append(op).append(node.inputs());
      text.append(node.shape()).append(node.parameters());
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.append(more).toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
