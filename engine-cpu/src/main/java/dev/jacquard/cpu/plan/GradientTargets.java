package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.graph.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where stages write the gradients of their inputs. The first contribution to a value's gradient is
 * written in its place; each further one, of a value with several readers, into an array of its
 * own, and added at once.
 */
final class GradientTargets {
  private final Blueprint blueprint;
  private final Values values;
  private final Costs costs;
  private final Set<Integer> written = new HashSet<>();
  private final List<Stage> additions = new ArrayList<>();

  GradientTargets(Blueprint blueprint, Values values, Costs costs) {
    this.blueprint = blueprint;
    this.values = values;
    this.costs = costs;
  }

  /**
   * Where to write the next contribution to the gradient of value {@code id}; null if nobody needs
   * it.
   */
  Rows target(int id) {
    Layout layout = blueprint.gradient(id);
    if (layout == null) {
      return null;
    }
    Rows total = new Rows(values.gradient(id), layout);
    if (written.add(id)) {
      return total;
    }
    Rows more = new Rows(values.another(id), layout);
    additions.add(addition(blueprint.graph().node(id).name(), more, total));
    return more;
  }

  /** For each of a node's inputs, where to write the contribution to its gradient. */
  Rows[] targets(Node node) {
    return node.inputs().stream().map(this::target).toArray(Rows[]::new);
  }

  /** The additions that what was asked for since the last call makes necessary. */
  List<Stage> additions() {
    List<Stage> taken = List.copyOf(additions);
    additions.clear();
    return taken;
  }

  private Stage addition(String name, Rows more, Rows total) {
    Loops loops = blueprint.kernels().loops();
    Layout layout = total.layout();
    int image = layout.image();
    return new ImagesStage(
        costs.pass(name + " add gradient", List.of(name), "add", 1, layout, layout, layout),
        image,
        (step, first, count, worker) -> {
          int from = Arena.START + first * image;
          loops.add(more.values(), from, total.values(), from, count * image);
        });
  }
}
