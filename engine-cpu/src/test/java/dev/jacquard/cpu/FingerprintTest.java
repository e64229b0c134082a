package dev.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A resume compares fingerprints, so plans of different bits have different ones. */
class FingerprintTest {

  private record Times(double factor) implements CustomOp {
    @Override
    public String type() {
      return "acme:times";
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public void forward(Call call) {
      for (int e = 0; e < call.batch() * call.outputShape().elements(); e++) {
        call.output()[e] = factor * call.input(0)[e];
      }
    }

    @Override
    public void backward(Call call) {
      for (int e = 0; e < call.batch() * call.outputShape().elements(); e++) {
        call.inputGradient(0)[e] += factor * call.outputGradient()[e];
      }
    }
  }

  private static String fingerprint(Op op) {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(4));
    builder.add("times", op, 0);
    builder.add("dense", new Op.Dense(3, true), 1);
    try (Device device = CpuSessionTest.device();
        Session session = device.session(builder.build("loss", 0), SessionConfig.of(1))) {
      return session.trainer(2, Optimizer.Sgd.defaults()).plan().fingerprint();
    }
  }

  @Test
  void tellsAPlugInsOpsApartByTheirSettings() {
    assertEquals(fingerprint(new Times(2)), fingerprint(new Times(2)));
    assertNotEquals(fingerprint(new Times(2)), fingerprint(new Times(3)));
  }

  /** As a class prints itself, it would have another text in each process. */
  @Test
  void doesNotDependOnWhereAnOpLiesInMemory() {
    assertEquals(fingerprint(unprinted()), fingerprint(unprinted()));
  }

  private static CustomOp unprinted() {
    Times times = new Times(2);
    return new CustomOp() {
      @Override
      public String type() {
        return times.type();
      }

      @Override
      public Shape outputShape(List<Shape> inputs) {
        return times.outputShape(inputs);
      }

      @Override
      public void forward(Call call) {
        times.forward(call);
      }

      @Override
      public void backward(Call call) {
        times.backward(call);
      }
    };
  }
}
