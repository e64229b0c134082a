package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.StageTime;
import dev.jacquard.graph.Node;
import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.WorkSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The stages of a plan in order, with the queue that runs them and the memory they use. */
final class Script implements AutoCloseable {
  private static final int GROUP = Limits.LEAST_GROUP;
  private static final int GROUPS = 1024;

  private final Context context;
  private final ClApi cl;
  private final Memory memory;
  private final long queue;
  private final int capacity;
  private final long steps;
  private final long any;
  private final List<Launch> made = new ArrayList<>();
  private final List<Command> before = new ArrayList<>();
  private final List<StageCommand> stages = new ArrayList<>();
  private final StringBuilder programs = new StringBuilder();
  private final Set<String> families = new TreeSet<>();
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
    this.capacity = capacity;
    try {
      this.steps = memory.buffer(16L * capacity, "the steps");
      this.any = memory.buffer(4, "an argument that is not read");
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Says that all is added: now the programs are built, all at once, and only then others look at
   * it.
   */
  void complete() {
    context.build(made.stream().map(Launch::program).toList());
    made.forEach(launch -> launch.bind(context));
    context.profile().ifPresent(profile -> profile.add(this));
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

  /** Steps that can be uploaded at once. */
  int capacity() {
    return capacity;
  }

  /** The buffer of step records: size, position, number, bits of the rate. */
  long steps() {
    return steps;
  }

  /** Stands for an argument that a kernel does not touch. */
  long any() {
    return any;
  }

  /** A buffer, or {@link #any} for 0. */
  long or(long buffer) {
    return buffer == 0 ? any : buffer;
  }

  /**
   * Adds a launch of a kernel; the caller gives its arguments, all in order. Kernels that depend on
   * the batch take the step records first: see {@link #stepped}.
   */
  Launch launch(String name, Node node, String family, String kernel, Defines defines) {
    Context.Program program = program(family, kernel, defines);
    Launch launch = new Launch(cl, queue, clock(), program, name, node, kernel);
    made.add(launch);
    stages.add(launch);
    return launch;
  }

  private Context.Program program(String family, String kernel, Defines defines) {
    programs.append(kernel).append(defines.deciding()).append('\n');
    families.add(family);
    return context.program(family, defines);
  }

  /** All kernels in order with what decides their bits, and their sources. */
  String programs() {
    StringBuilder text = new StringBuilder(programs);
    families.forEach(family -> text.append(KernelSources.of(family)));
    return text.toString();
  }

  /** A clock for the next stage, if times are wanted. */
  private Optional<StageClock> clock() {
    return context.profile().map(profile -> new StageClock(cl, queue));
  }

  /** Adds what comes before the first step of each upload. */
  void before(Command command) {
    before.add(command);
  }

  /** Makes a launch that is no part of a step: its owner runs it. */
  Launch apart(String name, String family, String kernel, Defines defines) {
    Context.Program program = program(family, kernel, defines);
    Launch launch = new Launch(cl, queue, Optional.empty(), program, name, null, kernel);
    made.add(launch);
    return launch;
  }

  /** Adds a launch whose first two arguments, the step records and which it is, are given. */
  Launch stepped(String name, Node node, String family, String kernel, Defines defines) {
    return launch(name, node, family, kernel, defines).buffer(steps).step();
  }

  /** Adds something that the host does. */
  void host(String name, Node node, Command command) {
    Plan.Stage stage = new Plan.Stage(name, List.of(node.name()), "plug-in", "host", 0, 0);
    stages.add(new HostStage(stage, command, clock()));
  }

  /** Groups for a kernel whose items stride over {@code elements}. */
  static WorkSize striding(long elements) {
    long groups = Math.min((elements + GROUP - 1) / GROUP, GROUPS);
    return WorkSize.of(Math.max(groups, 1), GROUP);
  }

  /** Runs what comes before the first of so many steps. */
  void begin(Turn turn, int count) {
    turn.step = count;
    for (Command command : before) {
      command.run(turn);
    }
  }

  void run(Turn turn) {
    for (int i = 0; i < stages.size(); i++) {
      stages.get(i).run(turn);
    }
  }

  /** Descriptions of all stages in their order; to be called when all arguments are given. */
  List<Plan.Stage> stages() {
    return stages.stream().map(StageCommand::describe).toList();
  }

  /** The times of all stages since the last call, if the session keeps a profile. */
  List<StageTime> times() {
    return stages.stream().map(StageCommand::time).flatMap(Optional::stream).toList();
  }

  int launches() {
    return (int) stages.stream().filter(Launch.class::isInstance).count();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      context.profile().ifPresent(profile -> profile.remove(this));
      made.forEach(Launch::release);
      Context.release(cl::releaseQueue, queue);
      memory.close();
    }
  }
}
