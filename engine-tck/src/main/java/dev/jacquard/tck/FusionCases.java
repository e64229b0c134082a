package dev.jacquard.tck;

import dev.jacquard.backend.Session;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Op.Activation.Function;
import java.util.Arrays;
import java.util.List;

/** Chains that backends merge, in the usual order and in others, fused and one by one. */
final class FusionCases {
  private FusionCases() {}

  static void addTo(List<TckCase> cases) {
    for (String chain :
        List.of(
            "conv norm leaky dropout pool",
            "conv norm relu",
            "conv norm pool",
            "conv norm dropout",
            "conv norm dropout pool leaky",
            "conv norm pool relu dropout",
            "conv norm norm",
            "conv norm tanh dropout pool",
            "conv relu pool",
            "conv leaky dropout",
            "conv dropout pool",
            "conv pool norm relu",
            "conv relu norm",
            "conv relu conv relu",
            "conv norm leaky average",
            "norm leaky dropout pool",
            "conv relu global",
            "dense norm leaky dropout",
            "dense relu dropout",
            "dense sigmoid dropout norm",
            "dense dropout norm relu")) {
      cases.add(new TckCase("fusion", chain.replace(' ', '-'), s -> run(s, chain, 3)));
    }
    // Whose first layer has so few terms that backends may not keep what it makes.
    for (String chain :
        List.of(
            "conv norm leaky dropout pool",
            "conv norm relu pool conv norm relu",
            "conv norm relu",
            "conv norm pool",
            "conv norm dropout",
            "conv norm pool relu dropout")) {
      String name = "one-channel-" + chain.replace(' ', '-');
      cases.add(new TckCase("fusion", name, s -> run(s, chain, 1)));
    }
  }

  private static void run(Scene scene, String chain, int channels) {
    Trial trial = Trials.real(graph(chain, channels), 8, 9);
    for (boolean fuse : new boolean[] {true, false}) {
      try (Session session = trial.open(scene, fuse)) {
        trial.infer(scene, session, trial.tolerance());
        trial.gradients(scene, session, 7, trial.tolerance());
      }
    }
  }

  private static Graph graph(String chain, int channels) {
    boolean image = !chain.startsWith("dense");
    GraphBuilder builder = image ? Networks.over(7, 6, channels) : Networks.over(8);
    List<String> links = Arrays.asList(chain.split(" "));
    for (int i = 0; i < links.size(); i++) {
      add(builder, links.get(i), links.get(i) + i);
    }
    return Networks.head(builder, 3);
  }

  private static void add(GraphBuilder builder, String link, String name) {
    switch (link) {
      case "conv" -> Networks.conv(builder, name, 6, 3);
      case "dense" -> Networks.then(builder, name, new Op.Dense(19, true));
      case "norm" -> Networks.then(builder, name, Networks.NORM);
      case "relu" -> Networks.then(builder, name, Networks.RELU);
      case "leaky" -> Networks.then(builder, name, Networks.LEAKY);
      case "tanh" -> Networks.then(builder, name, new Op.Activation(Function.TANH, 0));
      case "sigmoid" -> Networks.then(builder, name, new Op.Activation(Function.SIGMOID, 0));
      case "dropout" -> Networks.then(builder, name, new Op.Dropout(0.25));
      case "pool" -> Networks.maxPool(builder, name);
      case "average" ->
          Networks.then(builder, name, new Op.AvgPool(Networks.square(builder, 3, 2, true)));
      case "global" -> Networks.then(builder, name, new Op.GlobalAvgPool());
      default -> throw new IllegalArgumentException(link);
    }
  }
}
