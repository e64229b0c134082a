package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Precision;
import dev.jacquard.error.JacquardException;
import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.binding.ClQuery;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Chooser;
import dev.jacquard.opencl.tuning.Space;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * A device that is open: its OpenCL context, what it can do, the programs that have been built for
 * it, and how many buffers are alive on it. Thread-safe.
 */
public final class Context implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("dev.jacquard.opencl");

  private final Hardware hardware;
  private final ClApi cl;
  private final long memory;
  private final ProgramBuilder builder;
  private final Optional<Profile> profile;
  private final Chooser chooser;
  private final Precision precision;
  private final AtomicLong live;
  private final AtomicLong bytes;
  private final Map<Program, Long> programs;
  private boolean closed;

  /** What makes a program of source and options, by compiling or from a cache. */
  public interface ProgramBuilder {
    /** Returns the program's handle, which the caller releases. Called by many threads at once. */
    long build(long context, long device, String source, String options);
  }

  /** A kernel family, specialised by all the options that its compiler gets. */
  record Program(String family, String options) {}

  /**
   * Opens a device.
   *
   * @param name what messages call it: {@code opencl:0:0}
   * @param limits what it can do
   * @param identity platform, device and driver, which decide the bits that kernels give
   * @param chooser decides how launches are cut
   */
  public Context(
      ClApi cl,
      long platform,
      long device,
      String name,
      String identity,
      Limits limits,
      Chooser chooser,
      ProgramBuilder builder) {
    this.cl = cl;
    this.memory = cl.deviceNumber(device, ClQuery.GLOBAL_MEMORY);
    this.hardware = Hardware.open(cl, platform, device, name, identity, limits);
    this.builder = builder;
    this.profile = Optional.empty();
    this.chooser = chooser;
    this.precision = Precision.FP32;
    this.live = new AtomicLong();
    this.bytes = new AtomicLong();
    this.programs = new ConcurrentHashMap<>();
  }

  /** The same device, seen in another way. */
  private Context(
      Context of,
      ClApi cl,
      long memory,
      ProgramBuilder builder,
      Map<Program, Long> programs,
      Optional<Profile> profile,
      Chooser chooser,
      Precision precision) {
    boolean same = cl == of.cl;
    this.hardware = of.hardware;
    this.cl = cl;
    this.memory = memory;
    this.builder = builder;
    this.profile = profile;
    this.chooser = chooser;
    this.precision = precision;
    this.live = same ? of.live : new AtomicLong();
    this.bytes = same ? of.bytes : new AtomicLong(of.bytes.get());
    this.programs = programs;
  }

  /** Nanoseconds of a step of the clock that events are timed by. */
  public long timerStep() {
    return cl.deviceNumber(hardware.device(), ClQuery.TIMER_STEP);
  }

  /** What is thrown where events tell times of nothing, as some drivers' do. */
  public JacquardException timeless() {
    return new JacquardException(
        name()
            + ": its driver says of everything that it took no time, so that nothing can be"
            + " measured; use another driver");
  }

  /** This device for plans that keep a profile. It is not closed. */
  public Context with(Profile kept) {
    return new Context(this, cl, memory, builder, programs, Optional.of(kept), chooser, precision);
  }

  /** This device with launches cut in another way. It is not closed. */
  public Context with(Chooser other) {
    return new Context(this, cl, memory, builder, programs, profile, other, precision);
  }

  /** This device for plans that multiply in another precision. It is not closed. */
  public Context with(Precision other) {
    return new Context(this, cl, memory, builder, programs, profile, chooser, other);
  }

  /** This device with programs of its own, made in another way. {@link #forget} releases them. */
  public Context with(ProgramBuilder other) {
    return new Context(
        this, cl, memory, other, new ConcurrentHashMap<>(), profile, chooser, precision);
  }

  /** Releases all programs that were built; kernels that are alive keep theirs. */
  public void forget() {
    programs.values().forEach(program -> release(cl::releaseProgram, program));
    programs.clear();
  }

  /** This device with calls that do nothing, as full as it is now, and with so much memory. */
  Context rehearsal(long bytesAtMost, ClApi calls) {
    // Calls that do nothing cannot tell.
    groupMemory();
    ProgramBuilder none = (of, on, source, options) -> 1;
    return new Context(
        this,
        calls,
        bytesAtMost,
        none,
        new ConcurrentHashMap<>(),
        Optional.empty(),
        chooser,
        precision);
  }

  ClApi cl() {
    return cl;
  }

  long handle() {
    return hardware.handle();
  }

  /** What messages call it: {@code opencl:0:0}. */
  public String name() {
    return hardware.name();
  }

  String identity() {
    return hardware.identity();
  }

  /** Bytes of global memory. */
  long memory() {
    return memory;
  }

  /** Bytes that one buffer may have. */
  long largestBuffer() {
    return hardware.largestBuffer();
  }

  /** Floats that the place of a part of a buffer must be a multiple of. */
  public int alignment() {
    return hardware.alignment();
  }

  /** What it can do. */
  public Limits limits() {
    return hardware.limits();
  }

  /** What a group may have of local memory, which the device is asked once. */
  GroupMemory groupMemory() {
    if (hardware.groupMemory().get() == null) {
      hardware.groupMemory().compareAndSet(null, GroupMemory.of(this));
    }
    return hardware.groupMemory().get();
  }

  /** Has a kernel bring numbers while it multiplies others, if the device can. */
  void ahead(Defines defines, int registers) {
    if (groupMemory().async()) {
      defines.tuned("ASYNC", 1);
    }
    if (hardware.nvidia()) {
      defines.registers(registers);
    }
  }

  /** Whether NVIDIA's compiler makes its programs, which takes PTX among OpenCL C. */
  boolean isNvidia() {
    return hardware.nvidia();
  }

  /** How its products are multiplied. */
  Precision precision() {
    return precision;
  }

  /** How a launch is cut: see {@link Chooser#choose}. */
  Choice choose(String stage, String launch, Space space) {
    return chooser.choose(stage, launch, space);
  }

  /** The same of a product, of which each precision has cuts of its own. */
  Choice chooseProduct(String stage, String launch, Space space) {
    String multiplied = precision == Precision.FP32 ? "" : " " + precision.label();
    return choose(stage, launch + multiplied, space);
  }

  /** Buffers that are alive. */
  public long live() {
    return live.get();
  }

  /** Bytes of the buffers that are alive. */
  long bytes() {
    return bytes.get();
  }

  void count(int buffers, long size) {
    live.addAndGet(buffers);
    bytes.addAndGet(size);
  }

  /** Where the times of launches are kept, if they are. */
  Optional<Profile> profile() {
    return profile;
  }

  long createQueue() {
    return profile.isPresent()
        ? createProfilingQueue()
        : cl.createQueue(hardware.handle(), hardware.device());
  }

  long createProfilingQueue() {
    return cl.createProfilingQueue(hardware.handle(), hardware.device());
  }

  /** Releases an object. A device that is gone may refuse, and the rest must be released still. */
  static void release(LongConsumer call, long object) {
    try {
      call.accept(object);
    } catch (ClException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "an object is not released", e);
    }
  }

  /** A kernel family, specialised; not built yet. */
  Program program(String family, Defines defines) {
    return new Program(family, hardware.language() + defines);
  }

  /**
   * Builds those programs that are not built yet, side by side: a graphics driver's compiler takes
   * half a second for each, on one thread.
   *
   * @throws ClException with the compiler's log and the line of the source for the first that does
   *     not compile, when all have been tried
   */
  void build(Collection<Program> wanted) {
    List<Program> missing =
        wanted.stream().distinct().filter(each -> !programs.containsKey(each)).toList();
    List<Optional<RuntimeException>> failures =
        missing.parallelStream().map(this::failure).toList();
    for (Optional<RuntimeException> failure : failures) {
      if (failure.isPresent()) {
        throw failure.get();
      }
    }
  }

  /** Builds a program; what is wrong with it is no reason to leave the others half done. */
  private Optional<RuntimeException> failure(Program program) {
    try {
      long made = built(program);
      if (programs.putIfAbsent(program, made) != null) {
        // Another plan wanted it, too.
        release(cl::releaseProgram, made);
      }
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(e);
    }
  }

  private long built(Program program) {
    try {
      return builder.build(
          hardware.handle(), hardware.device(), KernelSources.of(program.family), program.options);
    } catch (ClException e) {
      throw new ClException(
          hardware.name()
              + " cannot compile "
              + program.family
              + ".cl (choose another device with --backend, and please report it): "
              + e.getMessage(),
          e);
    }
  }

  /** A kernel of a program, which is built if it is not yet; the caller releases the kernel. */
  long kernel(Program program, String kernel) {
    build(List.of(program));
    return cl.createKernel(programs.get(program), kernel);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      forget();
      release(cl::releaseContext, hardware.handle());
    }
  }
}
