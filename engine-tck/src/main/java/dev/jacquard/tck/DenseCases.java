package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import java.util.List;

/** Dense layers of awkward sizes. */
final class DenseCases {
  /** Inputs, units, batch. */
  private static final List<int[]> ROWS =
      List.of(
          new int[] {1, 1, 1},
          new int[] {3, 5, 2},
          new int[] {7, 13, 4},
          new int[] {16, 17, 8},
          new int[] {31, 33, 1},
          new int[] {64, 65, 2},
          new int[] {63, 96, 32},
          new int[] {129, 10, 16});

  private DenseCases() {}

  static void addTo(List<TckCase> cases) {
    for (int[] row : ROWS) {
      String name = row[0] + "-to-" + row[1] + "-n" + row[2];
      cases.add(
          new TckCase("dense", name, s -> Trials.real(graph(row, true), row[2], row[2]).run(s)));
      cases.add(
          new TckCase(
              "dense-exact",
              name,
              s -> Trials.exact(graph(row, true), row[2], row[2]).run(s, Tolerance.exact())));
    }
    int[] bare = {9, 6, 4};
    cases.add(
        new TckCase("dense", "without-bias", s -> Trials.real(graph(bare, false), 4, 4).run(s)));
    cases.add(
        new TckCase(
            "dense",
            "only-a-head",
            s -> Trials.real(Networks.head(Networks.over(5), 2), 4, 4).run(s)));
    cases.add(
        new TckCase(
            "dense",
            "head-of-100-classes",
            s -> Trials.real(Networks.head(Networks.over(12), 100), 4, 4).run(s)));
  }

  private static Graph graph(int[] row, boolean bias) {
    GraphBuilder builder = Networks.over(3);
    Networks.then(builder, "front", new Op.Dense(row[0], true));
    Networks.then(builder, "dense", new Op.Dense(row[1], bias));
    return Networks.head(builder, 3);
  }
}
