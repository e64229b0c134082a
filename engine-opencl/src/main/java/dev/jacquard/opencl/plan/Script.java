package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.graph.Node;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.WorkSize;
import java.util.ArrayList;
import java.util.List;

/** The commands of a plan in order, with the queue that runs them and the memory they use. */
final class Script implements AutoCloseable {
  private static final int GROUP = 64;
  private static final int GROUPS = 1024;

  private final Context context;
  private final ClApi cl;
  private final Memory memory;
  private final long queue;
  private final long steps;
  private final List<Long> kernels = new ArrayList<>();
  private final List<Command> commands = new ArrayList<>();
  private final List<Plan.Stage> stages = new ArrayList<>();
  private final List<Launch> launches = new ArrayList<>();
  private boolean closed;

  /**
   * An empty script.
   *
   * @param capacity steps that can be uploaded at once
   */
  Script(Context context, int capacity, String remedy) {
    this.context = context;
    this.cl = context.cl();
    this.queue = context.createQueue();
    this.memory = new Memory(context, remedy);
    this.steps = memory.buffer(16L * capacity, "the steps");
  }

  Context context() {
    return context;
  }

  ClApi cl() {
    return cl;
  }

  Memory memory() {
    return memory;
  }

  long queue() {
    return queue;
  }

  /** The buffer of step records: size, position, number, bits of the rate. */
  long steps() {
    return steps;
  }

  /**
   * Adds a launch of a kernel; the caller gives its arguments, all in order. Kernels that depend on
   * the batch take the step records first: see {@link #stepped}.
   */
  Launch launch(String name, Node node, String family, String kernel, Defines defines) {
    long made = context.kernel(family, kernel, defines);
    kernels.add(made);
    Launch launch = new Launch(cl, queue, made, name, node, kernel);
    commands.add(launch);
    launches.add(launch);
    return launch;
  }

  /** Adds a launch whose first two arguments, the step records and which it is, are given. */
  Launch stepped(String name, Node node, String family, String kernel, Defines defines) {
    return launch(name, node, family, kernel, defines).buffer(steps).step();
  }

  /** Adds something that the host does. */
  void host(String name, Node node, Command command) {
    commands.add(command);
    stages.add(new Plan.Stage(name, List.of(node.name()), "plug-in", "host", 0, 0));
  }

  /** Groups for a kernel whose items stride over {@code elements}. */
  static WorkSize striding(long elements) {
    long groups = Math.min((elements + GROUP - 1) / GROUP, GROUPS);
    return WorkSize.of(Math.max(groups, 1), GROUP);
  }

  void run(Turn turn) {
    for (int i = 0; i < commands.size(); i++) {
      commands.get(i).run(turn);
    }
  }

  /** Descriptions of all stages; to be called when all arguments are given. */
  List<Plan.Stage> stages() {
    List<Plan.Stage> all = new ArrayList<>();
    launches.forEach(launch -> all.add(launch.describe()));
    all.addAll(stages);
    return all;
  }

  int launches() {
    return launches.size();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      kernels.forEach(cl::releaseKernel);
      cl.releaseQueue(queue);
      memory.close();
    }
  }
}
