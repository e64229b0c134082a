package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.StageTime;
import dev.jacquard.graph.Node;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.binding.WorkSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * A kernel with its arguments. They are noted until the kernel is made; then those that are the
 * same in every run are set once; the others, each time.
 */
final class Launch implements StageCommand {
  private final ClApi cl;
  private final long queue;
  private final Context.Program program;
  private final String name;
  private List<String> ops;
  private final String code;
  private final Optional<StageClock> clock;
  private final List<Argument> arguments = new ArrayList<>();
  private final List<Integer> changing = new ArrayList<>();
  private WorkSize size = WorkSize.of(1, 1);
  private long flops;
  private long bytes;
  private long kernel;

  /** What an argument is; all but the first two change from run to run. */
  private enum Kind {
    BUFFER,
    NUMBER,
    STEP,
    FIRST_IMAGE,
    END_IMAGE,
    SAMPLES,
    LABELS,
    PATCHES
  }

  private static final Set<Kind> NUMBERS =
      Set.of(Kind.NUMBER, Kind.STEP, Kind.FIRST_IMAGE, Kind.END_IMAGE);

  /** An argument; where it changes, its value is not used. */
  private record Argument(Kind kind, long value) {
    /** The buffer that it is in this turn. */
    long buffer(Turn turn) {
      return switch (kind) {
        case SAMPLES -> turn.data.elements();
        case LABELS -> turn.data.labels();
        case PATCHES -> turn.patches;
        default -> value;
      };
    }
  }

  Launch(
      ClApi cl,
      long queue,
      Optional<StageClock> clock,
      Context.Program program,
      String name,
      Node node,
      String code) {
    this.cl = cl;
    this.queue = queue;
    this.clock = clock;
    this.program = program;
    this.name = name;
    this.ops = node == null ? List.of() : List.of(node.name());
    this.code = code;
  }

  /** The next argument: a buffer. */
  Launch buffer(long buffer) {
    arguments.add(new Argument(Kind.BUFFER, buffer));
    return this;
  }

  /** The next argument: a number. */
  Launch number(int value) {
    arguments.add(new Argument(Kind.NUMBER, value));
    return this;
  }

  /** The next arguments: a seed's lower half and its upper one. */
  Launch seed(long value) {
    return number((int) value).number((int) (value >>> 32));
  }

  /** The next argument: {@link Turn#step}. */
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

  /** The next arguments: {@link Turn#firstImage} and {@link Turn#endImage}. */
  Launch images() {
    return changes(Kind.FIRST_IMAGE).changes(Kind.END_IMAGE);
  }

  /** The next argument: what is known of the data set's patches. */
  Launch patches() {
    return changes(Kind.PATCHES);
  }

  private Launch changes(Kind kind) {
    changing.add(arguments.size());
    arguments.add(new Argument(kind, 0));
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

  /** What its kernel is made of. */
  Context.Program program() {
    return program;
  }

  /** Makes the kernel, when all arguments are given. */
  void bind(Context context) {
    kernel = context.kernel(program, code);
    for (int i = 0; i < arguments.size(); i++) {
      Argument argument = arguments.get(i);
      if (argument.kind == Kind.BUFFER) {
        cl.setBuffer(kernel, i, argument.value);
      } else if (argument.kind == Kind.NUMBER) {
        cl.setInt(kernel, i, (int) argument.value);
      }
    }
  }

  /** Releases the kernel, if it was made, and what its time was taken with. */
  void release() {
    clock.ifPresent(StageClock::close);
    if (kernel != 0) {
      Context.release(cl::releaseKernel, kernel);
    }
  }

  @Override
  public Plan.Stage describe() {
    String work =
        size.groupsX() + "x" + size.groupsY() + " groups of " + size.itemsX() + "x" + size.itemsY();
    return new Plan.Stage(name, ops, code, work, flops, bytes);
  }

  @Override
  public Optional<StageTime> time() {
    return clock.map(by -> by.time(name));
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

  private void set(int index, Turn turn) {
    Argument argument = arguments.get(index);
    switch (argument.kind) {
      case STEP -> cl.setInt(kernel, index, turn.step);
      case FIRST_IMAGE -> cl.setInt(kernel, index, turn.firstImage);
      case END_IMAGE -> cl.setInt(kernel, index, turn.endImage);
      default -> cl.setBuffer(kernel, index, argument.buffer(turn));
    }
  }

  /** The arguments' sizes, for a message. */
  private String arguments(Turn turn) {
    StringJoiner sizes = new StringJoiner(", ", "; its arguments: ", "");
    for (Argument each : arguments) {
      boolean number = NUMBERS.contains(each.kind);
      sizes.add(number ? "a number" : cl.bufferBytes(each.buffer(turn)) + " bytes");
    }
    return sizes.toString();
  }
}
