package acme.layer;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Initializer;
import dev.jacquard.layer.FieldWriter;
import dev.jacquard.layer.Layer;
import dev.jacquard.layer.Lowering;
import dev.jacquard.tensor.Shape;
import java.util.List;

/** A third party's layer: each channel times a weight and a constant factor. */
record Scale(double factor) implements Layer {
  static final String TYPE = "acme:scale";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public int lower(Lowering to) {
    return to.add(new ScaleOp(factor, to.inputShape().elements()));
  }

  @Override
  public void write(FieldWriter to) {
    to.put("factor", factor, 1.0);
  }

  private record ScaleOp(double factor, int elements) implements CustomOp {
    @Override
    public String type() {
      return TYPE;
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public List<Weight> weights(List<Shape> inputs) {
      Shape channels = Shape.of(inputs.get(0).channels());
      return List.of(new Weight("weight", channels, Initializer.ONES));
    }

    @Override
    public void forward(Call call) {
      double[] weight = call.weight(0);
      for (int e = 0; e < call.batch() * elements; e++) {
        call.output()[e] = factor * weight[e % weight.length] * call.input(0)[e];
      }
    }

    @Override
    public void backward(Call call) {
      double[] weight = call.weight(0);
      for (int e = 0; e < call.batch() * elements; e++) {
        int c = e % weight.length;
        double dy = factor * call.outputGradient()[e];
        call.inputGradient(0)[e] += dy * weight[c];
        call.weightGradient(0)[c] += dy * call.input(0)[e];
      }
    }
  }
}
