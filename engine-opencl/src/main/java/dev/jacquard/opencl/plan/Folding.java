package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Chain;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.opencl.plan.Products.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * In inference, normalisations that are folded into the weights before them: copies of the weights,
 * made anew for each request, since training may have changed them.
 */
final class Folding {
  private static final String FOLD = "fold";

  private final Job job;
  private final List<Launch> launches = new ArrayList<>();

  Folding(Job job) {
    this.job = job;
  }

  /** Whether a layer's weights take in the normalisation behind it; the tail keeps its own. */
  boolean folds(Linear linear) {
    int id = linear.node().id();
    boolean normalized = !job.training() && job.fusion().normalized(id);
    return normalized && job.fusion().chain(job.fusion().reading(id).nodes().get(0)) != null;
  }

  /** A layer's weights, folded if they can be. */
  Weights weights(Linear linear) {
    Script script = job.script();
    Weights own = Weights.of(job.state(), linear);
    if (!folds(linear)) {
      return own;
    }
    Chain chain = job.fusion().reading(linear.node().id());
    Node norm = chain.norm();
    Op.BatchNorm op = (Op.BatchNorm) norm.op();
    String what = "the folded weights of " + linear.node().name();
    long kernel = script.memory().buffer(4L * linear.weights(), what);
    long bias = script.memory().buffer(4L * linear.filters(), what);
    Defines defines =
        new Defines()
            .with("BIAS", linear.bias())
            .with("SCALE", op.scale())
            .with("CENTER", op.center())
            .with("EPSILON", op.epsilon());
    launches.add(
        script
            .apart(linear.node().name() + " fold", FOLD, FOLD, defines)
            .number(linear.taps())
            .number(linear.filters())
            .buffer(own.kernel())
            .buffer(script.or(own.bias()))
            .buffer(job.state().partOr(norm, "gamma", script.any()))
            .buffer(job.state().partOr(norm, "beta", script.any()))
            .buffer(job.state().part(norm, "moving_mean"))
            .buffer(job.state().part(norm, "moving_variance"))
            .buffer(kernel)
            .buffer(bias)
            .over(Script.striding(linear.weights())));
    return new Weights(kernel, bias);
  }

  /** What is to be launched before each request. */
  List<Launch> launches() {
    return launches;
  }
}
