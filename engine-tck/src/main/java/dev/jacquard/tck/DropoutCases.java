package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import java.util.List;

/**
 * Dropout: the mask is the oracle's bit for bit, so one element that is dropped wrongly is a wrong
 * gradient.
 */
final class DropoutCases {
  private DropoutCases() {}

  static void addTo(List<TckCase> cases) {
    for (double rate : new double[] {0, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9375, 0.99}) {
      cases.add(
          new TckCase(
              "dropout", "rate-" + rate, s -> Trials.real(image(5, 7, 11, rate), 4, 4).run(s)));
    }
    cases.add(new TckCase("dropout", "vector-of-33", s -> Trials.real(vector(33), 8, 8).run(s)));
    cases.add(new TckCase("dropout", "on-the-input", s -> Trials.real(input(), 4, 4).run(s)));
    cases.add(new TckCase("dropout", "two-in-one-network", s -> Trials.real(two(), 4, 4).run(s)));
    // A rate of 1/2 scales by 2: the whole mask is told by exact integers.
    for (int[] shape :
        List.of(
            new int[] {1, 1, 1}, new int[] {3, 3, 5}, new int[] {8, 8, 16}, new int[] {9, 5, 13})) {
      cases.add(
          new TckCase(
              "dropout-exact",
              shape[0] + "x" + shape[1] + "x" + shape[2],
              s ->
                  Trials.exact(image(shape[0], shape[1], shape[2], 0.5), 4, 4)
                      .run(s, Tolerance.exact())));
    }
    for (double rate : new double[] {0.25, 0.5}) {
      cases.add(
          new TckCase(
              "dropout", "before-maxpool-" + rate, s -> Trials.real(pooled(rate), 4, 4).run(s)));
    }
    cases.add(
        new TckCase(
            "dropout-exact",
            "before-maxpool",
            s -> Trials.exact(pooled(0.5), 4, 4).run(s, Tolerance.exact())));
  }

  private static Graph image(int h, int w, int c, double rate) {
    GraphBuilder builder = Networks.over(h, w, 2);
    Networks.conv(builder, "front", c, 1);
    Networks.then(builder, "dropout", new Op.Dropout(rate));
    return Networks.head(builder, 3);
  }

  private static Graph vector(int units) {
    GraphBuilder builder = Networks.over(3);
    Networks.then(builder, "front", new Op.Dense(units, true));
    Networks.then(builder, "dropout", new Op.Dropout(0.25));
    return Networks.head(builder, 3);
  }

  private static Graph input() {
    GraphBuilder builder = Networks.over(4, 5, 3);
    Networks.then(builder, "dropout", new Op.Dropout(0.25));
    return Networks.head(builder, 3);
  }

  private static Graph two() {
    GraphBuilder builder = Networks.over(6, 6, 2);
    Networks.conv(builder, "front", 5, 3);
    Networks.then(builder, "dropout", new Op.Dropout(0.25));
    Networks.conv(builder, "conv", 4, 3);
    Networks.then(builder, "dropout2", new Op.Dropout(0.25));
    return Networks.head(builder, 3);
  }

  private static Graph pooled(double rate) {
    GraphBuilder builder = Networks.over(7, 8, 2);
    Networks.conv(builder, "front", 5, 1);
    Networks.then(builder, "leaky", Networks.LEAKY);
    Networks.then(builder, "dropout", new Op.Dropout(rate));
    Networks.maxPool(builder, "pool");
    return Networks.head(builder, 3);
  }
}
