package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.ChainSpec;
import dev.jacquard.graph.Chain;
import dev.jacquard.random.Dropping;

/** The constants of a chain's kernel. */
final class ChainSpecs {
  private ChainSpecs() {}

  /**
   * In training.
   *
   * @param picks whether to keep what pooling picks, for the normalisation's gradient
   */
  static ChainSpec training(
      Chain chain, Layout in, Layout out, Layout dx, int lanes, boolean picks) {
    Dropping dropping = chain.dropping();
    boolean whole = dropping != null && Draws.wholeWords(dropping, in, lanes);
    return new ChainSpec(
        in.height(),
        in.width(),
        in.physical(),
        in.row(),
        out.row(),
        dx == null ? 0 : dx.row(),
        chain.norm() != null,
        dropping == null ? 0 : whole ? dropping.bits() : 1,
        dropping == null ? 0 : whole ? dropping.threshold() : 1,
        dropping == null ? 1 : dropping.scale(),
        chain.slope(),
        chain.pools(),
        true,
        picks && chain.norm() != null && chain.pools());
  }

  /** The chain behind its normalisation, which has the same codes. */
  static ChainSpec withoutNorm(ChainSpec spec) {
    return spec.with(spec.dxRow(), false, false);
  }

  /** In inference. */
  static ChainSpec inference(Chain chain, Layout in, Layout out, boolean norm) {
    return new ChainSpec(
        in.height(),
        in.width(),
        in.physical(),
        in.row(),
        out.row(),
        0,
        norm,
        0,
        0,
        1,
        chain.slope(),
        chain.pools(),
        false,
        false);
  }
}
