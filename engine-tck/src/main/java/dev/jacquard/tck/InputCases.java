package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import java.util.List;

/** How stored elements become numbers, and first layers, which backends have shortcuts for. */
final class InputCases {
  private InputCases() {}

  static void addTo(List<TckCase> cases) {
    cases.add(input("bytes", new Op.Input(Shape.of(7, 5, 3), DType.U8, 1 / 255f, 0)));
    cases.add(input("bytes-shifted", new Op.Input(Shape.of(7, 5, 3), DType.U8, 1 / 127.5f, -1)));
    cases.add(input("floats-shifted", new Op.Input(Shape.of(5, 7, 1), DType.F32, 0.5f, 0.25f)));
    cases.add(input("byte-vectors", new Op.Input(Shape.of(37), DType.U8, 1 / 255f, 0)));
    cases.add(
        new TckCase("input", "one-channel-block", s -> Trials.real(block(28, 28, 8), 4, 4).run(s)));
    cases.add(
        new TckCase(
            "input", "one-channel-block-odd", s -> Trials.real(block(13, 9, 5), 4, 3).run(s)));
    cases.add(new TckCase("input", "shifted-padding", s -> Trials.real(shifted(), 4, 4).run(s)));
  }

  private static TckCase input(String name, Op.Input input) {
    return new TckCase("input", name, s -> Trials.real(plain(input), 4, 4).run(s));
  }

  private static Graph plain(Op.Input input) {
    GraphBuilder builder = new GraphBuilder(input);
    if (input.shape().rank() == 3) {
      Networks.conv(builder, "conv", 4, 3);
    } else {
      Networks.then(builder, "dense", new Op.Dense(6, true));
    }
    return Networks.head(builder, 3);
  }

  /** What the reference network begins with, over numbers of a byte's bits: see {@link Margins}. */
  private static Graph block(int h, int w, int filters) {
    GraphBuilder builder = new GraphBuilder(new Op.Input(Shape.of(h, w, 1), DType.U8, 1 / 256f, 0));
    Networks.conv(builder, "conv", filters, 3);
    Networks.then(builder, "norm", Networks.NORM);
    Networks.then(builder, "leaky", Networks.LEAKY);
    Networks.then(builder, "dropout", new Op.Dropout(0.25));
    Networks.maxPool(builder, "pool");
    return Networks.head(builder, 3);
  }

  /** Padding is 0 behind the offset: a border of stored zeros would be another number. */
  private static Graph shifted() {
    GraphBuilder builder =
        new GraphBuilder(new Op.Input(Shape.of(6, 6, 1), DType.U8, 1 / 127.5f, -1));
    Networks.conv(builder, "conv", 5, 5);
    Networks.then(builder, "norm", Networks.NORM);
    return Networks.head(builder, 3);
  }
}
