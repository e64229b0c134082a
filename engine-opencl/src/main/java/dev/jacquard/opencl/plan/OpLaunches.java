package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.OpVisitor;

/**
 * Adds the launches of ops to a script, of each op by itself; not of products, which {@link
 * ForwardPass} and {@link BackwardPass} add, nor of the head. A flattened value needs none: it is
 * its input's memory.
 */
abstract class OpLaunches implements OpVisitor<Void> {
  final Job job;
  final Script script;
  final Graph graph;
  final Values values;
  final State state;

  /** The op that is being added. */
  Node node;

  OpLaunches(Job job) {
    this.job = job;
    this.script = job.script();
    this.graph = job.graph();
    this.values = job.values();
    this.state = job.state();
  }

  /** Adds an op. */
  final void add(Node each) {
    node = each;
    node.op().accept(this);
  }

  final Launch stepped(String family, String kernel, Defines defines) {
    return script.stepped(node.name() + " " + kernel, node, family, kernel, defines);
  }

  @Override
  public final Void conv2d(Op.Conv2d op) {
    return null;
  }

  @Override
  public final Void dense(Op.Dense op) {
    return null;
  }

  @Override
  public final Void flatten(Op.Flatten op) {
    return null;
  }

  @Override
  public final Void softmaxCrossEntropy(Op.SoftmaxCrossEntropy op) {
    return null;
  }
}
