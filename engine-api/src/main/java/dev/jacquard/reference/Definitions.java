package dev.jacquard.reference;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.OpVisitor;

/** Finds the definition of an op. Each call makes a new one, for one pass. */
final class Definitions implements OpVisitor<Definition> {
  @Override
  public Definition input(Op.Input op) {
    return new InputDefinition();
  }

  @Override
  public Definition conv2d(Op.Conv2d op) {
    return new Conv2dDefinition(op);
  }

  @Override
  public Definition dense(Op.Dense op) {
    return new DenseDefinition(op);
  }

  @Override
  public Definition batchNorm(Op.BatchNorm op) {
    return new BatchNormDefinition(op);
  }

  @Override
  public Definition activation(Op.Activation op) {
    return op.function() == Op.Activation.Function.SOFTMAX
        ? new SoftmaxDefinition()
        : new ActivationDefinition(op);
  }

  @Override
  public Definition dropout(Op.Dropout op) {
    return new DropoutDefinition(op);
  }

  @Override
  public Definition maxPool(Op.MaxPool op) {
    return new MaxPoolDefinition(op.window());
  }

  @Override
  public Definition avgPool(Op.AvgPool op) {
    return new AvgPoolDefinition(op.window());
  }

  @Override
  public Definition globalAvgPool(Op.GlobalAvgPool op) {
    return new GlobalAvgPoolDefinition();
  }

  @Override
  public Definition flatten(Op.Flatten op) {
    return new SumDefinition();
  }

  @Override
  public Definition add(Op.Add op) {
    return new SumDefinition();
  }

  @Override
  public Definition softmaxCrossEntropy(Op.SoftmaxCrossEntropy op) {
    return new CrossEntropyDefinition(op);
  }

  @Override
  public Definition custom(CustomOp op) {
    return new CustomDefinition(op);
  }
}
