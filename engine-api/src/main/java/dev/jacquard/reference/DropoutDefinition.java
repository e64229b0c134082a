package dev.jacquard.reference;

import dev.jacquard.graph.Op;
import dev.jacquard.random.Dropping;
import dev.jacquard.random.Philox;
import dev.jacquard.random.Philox.Purpose;

/**
 * In training, selects dropped elements to +0 and scales the others; which ones is {@link
 * Dropping}'s definition.
 */
final class DropoutDefinition implements Definition {
  private final Dropping dropping;
  private boolean[] dropped = {};

  DropoutDefinition(Op.Dropout op) {
    this.dropping = Dropping.of(op.rate());
  }

  @Override
  public void forward(Place at) {
    dropped = new boolean[at.output().length];
    if (at.training()) {
      for (int n = 0; n < at.batch(); n++) {
        draw(at, n);
      }
    }
    select(at, at.input(0), at.output());
  }

  @Override
  public void backward(Place at) {
    select(at, at.outputGradient(), at.inputGradient(0));
  }

  private void select(Place at, double[] from, double[] to) {
    double scale = at.training() ? dropping.scale() : 1;
    for (int e = 0; e < to.length; e++) {
      to[e] += dropped[e] ? 0 : from[e] * scale;
    }
  }

  private void draw(Place at, int n) {
    int elements = at.inputShape(0).elements();
    int[] words = new int[4];
    int stream = Philox.stream(Purpose.DROPOUT, at.node().id());
    Draws draws = at.draws();
    for (int e = 0; e < elements; e++) {
      if (e % dropping.perBlock() == 0) {
        int block = e / dropping.perBlock();
        Philox.block(
            draws.seed(), block, draws.position() + n, (int) draws.step(), stream, words, 0);
      }
      int word = words[e / dropping.perWord() % 4];
      dropped[n * elements + e] = dropping.drops(word, e % dropping.perWord());
    }
  }
}
