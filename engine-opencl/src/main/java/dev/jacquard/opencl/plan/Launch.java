package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.graph.Node;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.WorkSize;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel with its arguments. Those that are the same in every run are set once; the others, each
 * time.
 */
final class Launch implements Command {
  private final ClApi cl;
  private final long queue;
  private final long kernel;
  private final String name;
  private final List<String> ops;
  private final String code;
  private final List<Changing> changing = new ArrayList<>();
  private int arguments;
  private WorkSize size = WorkSize.of(1, 1);
  private long flops;
  private long bytes;

  /** What an argument is that changes from run to run. */
  private enum Kind {
    STEP,
    FIRST,
    COUNT,
    SAMPLES,
    LABELS
  }

  private record Changing(int index, Kind kind) {}

  Launch(ClApi cl, long queue, long kernel, String name, Node node, String code) {
    this.cl = cl;
    this.queue = queue;
    this.kernel = kernel;
    this.name = name;
    this.ops = node == null ? List.of() : List.of(node.name());
    this.code = code;
  }

  /** The next argument: a buffer. */
  Launch buffer(long buffer) {
    cl.setBuffer(kernel, arguments++, buffer);
    return this;
  }

  /** The next argument: a number. */
  Launch number(int value) {
    cl.setInt(kernel, arguments++, value);
    return this;
  }

  /** The next argument: which step of the stretch it is. */
  Launch step() {
    return changes(Kind.STEP);
  }

  /** The next argument: the number of the first sample. */
  Launch first() {
    return changes(Kind.FIRST);
  }

  /** The next argument: the number of samples. */
  Launch count() {
    return changes(Kind.COUNT);
  }

  /** The next argument: the elements of the data set. */
  Launch samples() {
    return changes(Kind.SAMPLES);
  }

  /** The next argument: the labels of the data set. */
  Launch labels() {
    return changes(Kind.LABELS);
  }

  private Launch changes(Kind kind) {
    changing.add(new Changing(arguments++, kind));
    return this;
  }

  /** How it is divided. */
  Launch over(WorkSize divided) {
    size = divided;
    return this;
  }

  /** The arithmetic and the memory traffic of a full batch. */
  Launch costs(long operations, long traffic) {
    flops = operations;
    bytes = traffic;
    return this;
  }

  Plan.Stage describe() {
    String work =
        size.groupsX() + "x" + size.groupsY() + " groups of " + size.itemsX() + "x" + size.itemsY();
    return new Plan.Stage(name, ops, code, work, flops, bytes);
  }

  @Override
  public void run(Turn turn) {
    for (int i = 0; i < changing.size(); i++) {
      int index = changing.get(i).index();
      switch (changing.get(i).kind()) {
        case STEP -> cl.setInt(kernel, index, turn.step);
        case FIRST -> cl.setInt(kernel, index, turn.first);
        case COUNT -> cl.setInt(kernel, index, turn.n);
        case SAMPLES -> cl.setBuffer(kernel, index, turn.data.elements());
        case LABELS -> cl.setBuffer(kernel, index, turn.data.labels());
      }
    }
    cl.launch(queue, kernel, size);
  }
}
