package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.random.Dropping;
import dev.jacquard.random.Philox;
import dev.jacquard.reference.Pass;
import dev.jacquard.tensor.Shape;
import java.util.function.Supplier;

/** What a block must make of one step, from a pass of the double-precision oracle. */
final class BlockOracle {
  /**
   * Of values of about 1: 8 * 2^-24 * sqrt(288) for the longest sum, and a little for the
   * normalisation.
   */
  static final double TOLERANCE = 1e-5;

  private static final int KEPT = 4;

  private final Block block;
  private final Pass pass;
  private final int position;
  private final int step;

  BlockOracle(Block block, Pass pass, int position, int step) {
    this.block = block;
    this.pass = pass;
    this.position = position;
    this.step = step;
  }

  /** Checks the pooled activations of the step's samples. */
  void assertPooled(float[] pooled) {
    double[] expected = pass.output(block.pool().id());
    for (int e = 0; e < expected.length; e++) {
      double tolerance = TOLERANCE * Math.max(1, Math.abs(expected[e]));
      assertEquals(expected[e], pooled[e], tolerance, place(e));
    }
  }

  /**
   * Checks the position that won and whether it was kept, exactly, wherever the oracle's winner is
   * ahead by more than rounding can make up for; that must be nearly everywhere.
   */
  void assertWinners(byte[] winners) {
    Shape out = block.pooled();
    int close = 0;
    int total = pass.batch() * out.elements();
    for (int e = 0; e < total; e++) {
      Candidates window = window(e);
      if (window.lead <= TOLERANCE) {
        close++;
      } else {
        int expected = window.best | (window.bestKept ? KEPT : 0);
        assertEquals(expected, winners[e], place(e));
      }
    }
    assertTrue(close <= total / 1000, close + " of " + total + " maxima are too close to tell");
  }

  private Supplier<String> place(int element) {
    return () -> "element " + element + " of " + block.pool().name() + ", step " + step;
  }

  /** Whether dropout keeps an element of sample {@code n}, by the definition of the draws. */
  private boolean keeps(int n, int element) {
    Dropping dropping = block.dropping();
    int[] words = new int[4];
    int index = element / dropping.perBlock();
    Philox.block(Trial.SEED, index, position + n, step, block.stream(), words, 0);
    int word = words[element / dropping.perWord() % 4];
    return !dropping.drops(word, element % dropping.perWord());
  }

  private Candidates window(int e) {
    Shape in = block.convolved();
    Shape out = block.pooled();
    int c = e % out.channels();
    int j = e / out.channels() % out.dim(1);
    int i = e / (out.channels() * out.dim(1)) % out.dim(0);
    int n = e / out.elements();
    Candidates window = new Candidates();
    for (int p = 0; p < 4; p++) {
      int row = 2 * i + p / 2;
      int column = 2 * j + p % 2;
      if (row < in.dim(0) && column < in.dim(1)) {
        int element = (row * in.dim(1) + column) * in.channels() + c;
        double value = pass.output(block.dropout().id())[n * in.elements() + element];
        window.offer(p, value, keeps(n, element));
      }
    }
    return window;
  }

  /** The values of a window, seen one after the other. */
  private static final class Candidates {
    private int best;
    private double bestValue = Double.NEGATIVE_INFINITY;
    private boolean bestKept;

    /** By how much the best is ahead; two dropped elements are equal exactly, and do not count. */
    private double lead = Double.POSITIVE_INFINITY;

    void offer(int position, double value, boolean kept) {
      double ahead = value - bestValue;
      if (kept || bestKept || bestValue != 0) {
        lead = ahead > 0 ? ahead : Math.min(lead, -ahead);
      }
      if (ahead > 0) {
        best = position;
        bestValue = value;
        bestKept = kept;
      }
    }
  }
}
