package dev.jacquard.graph;

/**
 * One method for each op, so that whoever handles ops handles all of them: an op that is added does
 * not compile until every backend says what it does with it.
 *
 * @param <R> what the methods return
 */
public interface OpVisitor<R> {
  /** For {@link Op.Input}. */
  R input(Op.Input op);

  /** For {@link Op.Conv2d}. */
  R conv2d(Op.Conv2d op);

  /** For {@link Op.Dense}. */
  R dense(Op.Dense op);

  /** For {@link Op.BatchNorm}. */
  R batchNorm(Op.BatchNorm op);

  /** For {@link Op.Activation}. */
  R activation(Op.Activation op);

  /** For {@link Op.Dropout}. */
  R dropout(Op.Dropout op);

  /** For {@link Op.MaxPool}. */
  R maxPool(Op.MaxPool op);

  /** For {@link Op.AvgPool}. */
  R avgPool(Op.AvgPool op);

  /** For {@link Op.GlobalAvgPool}. */
  R globalAvgPool(Op.GlobalAvgPool op);

  /** For {@link Op.Flatten}. */
  R flatten(Op.Flatten op);

  /** For {@link Op.Add}. */
  R add(Op.Add op);

  /** For {@link Op.SoftmaxCrossEntropy}. */
  R softmaxCrossEntropy(Op.SoftmaxCrossEntropy op);

  /** For {@link CustomOp}. */
  R custom(CustomOp op);
}
