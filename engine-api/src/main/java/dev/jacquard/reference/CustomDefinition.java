package dev.jacquard.reference;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.tensor.Shape;

/** Hands the call to the op, which is its own definition. */
final class CustomDefinition implements Definition {
  private final CustomOp op;

  CustomDefinition(CustomOp op) {
    this.op = op;
  }

  @Override
  public void forward(Place at) {
    op.forward(new PlaceCall(at));
  }

  @Override
  public void backward(Place at) {
    op.backward(new PlaceCall(at));
  }

  /** A place as custom ops see it. */
  private record PlaceCall(Place at) implements CustomOp.Call {
    @Override
    public int batch() {
      return at.batch();
    }

    @Override
    public boolean training() {
      return at.training();
    }

    @Override
    public Shape inputShape(int index) {
      return at.inputShape(index);
    }

    @Override
    public Shape outputShape() {
      return at.node().shape();
    }

    @Override
    public double[] input(int index) {
      return at.input(index);
    }

    @Override
    public double[] weight(int index) {
      return at.named(name(index));
    }

    @Override
    public double[] output() {
      return at.output();
    }

    @Override
    public double[] outputGradient() {
      return at.outputGradient();
    }

    @Override
    public double[] inputGradient(int index) {
      return at.inputGradient(index);
    }

    @Override
    public double[] weightGradient(int index) {
      return at.namedGradient(name(index));
    }

    private String name(int index) {
      return at.node().parameters().get(index).name();
    }
  }
}
