package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.graph.Node;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.binding.WorkSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * A kernel with its arguments. Those that are the same in every run are set once; the others, each
 * time.
 */
final class Launch implements Command {
  /** Stands for a number among the arguments. */
  private static final long NUMBER = 0;

  private final ClApi cl;
  private final long queue;
  private final long kernel;
  private final String name;
  private List<String> ops;
  private final String code;
  private final Optional<StageClock> clock;
  private final List<Changing> changing = new ArrayList<>();
  private final List<Long> arguments = new ArrayList<>();
  private WorkSize size = WorkSize.of(1, 1);
  private long flops;
  private long bytes;

  /** What an argument is that changes from run to run. */
  private enum Kind {
    STEP,
    SAMPLES,
    LABELS
  }

  private record Changing(int index, Kind kind) {}

  Launch(
      ClApi cl,
      long queue,
      Optional<StageClock> clock,
      long kernel,
      String name,
      Node node,
      String code) {
    this.cl = cl;
    this.queue = queue;
    this.clock = clock;
    this.kernel = kernel;
    this.name = name;
    this.ops = node == null ? List.of() : List.of(node.name());
    this.code = code;
  }

  /** The next argument: a buffer. */
  Launch buffer(long buffer) {
    cl.setBuffer(kernel, arguments.size(), buffer);
    arguments.add(buffer);
    return this;
  }

  /** The next argument: a number. */
  Launch number(int value) {
    cl.setInt(kernel, arguments.size(), value);
    arguments.add(NUMBER);
    return this;
  }

  /** The next argument: which step of the stretch it is. */
  Launch step() {
    return changes(Kind.STEP);
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
    changing.add(new Changing(arguments.size(), kind));
    arguments.add(NUMBER);
    return this;
  }

  /** The ops that it merges. */
  Launch merging(List<Node> nodes) {
    ops = nodes.stream().map(Node::name).toList();
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
    try {
      for (int i = 0; i < changing.size(); i++) {
        set(changing.get(i), turn);
      }
      if (clock.isPresent()) {
        clock.get().launch(kernel, size);
      } else {
        cl.launch(queue, kernel, size);
      }
    } catch (ClException e) {
      throw new ClException("stage " + name + ": " + e.getMessage() + arguments(turn), e);
    }
  }

  private void set(Changing argument, Turn turn) {
    int index = argument.index();
    switch (argument.kind()) {
      case STEP -> cl.setInt(kernel, index, turn.step);
      case SAMPLES -> cl.setBuffer(kernel, index, turn.data.elements());
      case LABELS -> cl.setBuffer(kernel, index, turn.data.labels());
    }
  }

  /** The arguments' sizes, for a message. */
  private String arguments(Turn turn) {
    for (Changing each : changing) {
      if (each.kind() == Kind.SAMPLES || each.kind() == Kind.LABELS) {
        boolean labels = each.kind() == Kind.LABELS;
        arguments.set(each.index(), labels ? turn.data.labels() : turn.data.elements());
      }
    }
    StringJoiner sizes = new StringJoiner(", ", "; its arguments: ", "");
    for (long each : arguments) {
      sizes.add(each == NUMBER ? "a number" : cl.bufferBytes(each) + " bytes");
    }
    return sizes.toString();
  }
}
