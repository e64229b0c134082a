package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Roofline;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.WorkSize;

/** Measures what a device does at most. */
public final class RooflineProbe implements AutoCloseable {
  private static final long COPIED = 256L << 20;
  private static final int CHAINS = 8;
  private static final int LEAST_RUNS = 10;
  private static final long NANOSECONDS = 1_000_000_000;

  private final Context context;
  private final ClApi cl;
  private final long units;
  private final int width;
  private final int group;
  private final int rounds;
  private final long queue;
  private final Memory memory;

  private RooflineProbe(Context context) {
    this.context = context;
    this.cl = context.cl();
    this.units = context.limits().units();
    // A processor has few items, which run one after another and have wide registers.
    this.width = context.limits().processor() ? 16 : 4;
    this.group = context.limits().processor() ? 1 : 256;
    this.rounds = context.limits().processor() ? 1 << 16 : 1 << 10;
    this.queue = context.createProfilingQueue();
    this.memory = new Memory(context, "close other sessions");
  }

  /** Measures; takes a few seconds. */
  public static Roofline measure(Context context) {
    try (RooflineProbe probe = new RooflineProbe(context)) {
      return new Roofline(probe.flopsPerSecond(), probe.bytesPerSecond());
    }
  }

  private double bytesPerSecond() {
    long most = Math.min(context.largestBuffer(), (context.memory() - context.bytes()) / 4);
    int vectors = (int) (Math.min(COPIED, most) / (4L * width));
    long bytes = 4L * width * vectors;
    long from = memory.zeros(queue, bytes / 4, "the copy of a probe");
    long to = memory.zeros(queue, bytes / 4, "the copy of a probe");
    long kernel = context.kernel("probe", "probe_copy", defines());
    try {
      cl.setBuffer(kernel, 0, from);
      cl.setBuffer(kernel, 1, to);
      cl.setInt(kernel, 2, vectors);
      return 2 * bytes / fastest(kernel, WorkSize.of(16 * units, group));
    } finally {
      cl.releaseKernel(kernel);
    }
  }

  private double flopsPerSecond() {
    long groups = 16 * units;
    long kernel = context.kernel("probe", "probe_fma", defines());
    try {
      cl.setBuffer(kernel, 0, memory.buffer(4L * width * groups * group, "the sums of a probe"));
      double flops = 2.0 * CHAINS * width * rounds * groups * group;
      return flops / fastest(kernel, WorkSize.of(groups, group));
    } finally {
      cl.releaseKernel(kernel);
    }
  }

  private Defines defines() {
    return new Defines().with("GROUP", group).with("WIDTH", width).with("ROUNDS", rounds);
  }

  /**
   * The seconds of the fastest run: nothing makes a device faster than it is. Others may use it,
   * too, for longer than a few runs take, so it is tried for a second.
   */
  private double fastest(long kernel, WorkSize size) {
    long least = Long.MAX_VALUE;
    long start = System.nanoTime();
    for (int run = 0; run < LEAST_RUNS || System.nanoTime() - start < NANOSECONDS; run++) {
      long event = cl.launchTimed(queue, kernel, size);
      try {
        cl.finish(queue);
        least = Math.min(least, cl.eventNanoseconds(event));
      } finally {
        cl.releaseEvent(event);
      }
    }
    return Math.max(least, 1) * 1e-9;
  }

  @Override
  public void close() {
    memory.close();
    Context.release(cl::releaseQueue, queue);
  }
}
