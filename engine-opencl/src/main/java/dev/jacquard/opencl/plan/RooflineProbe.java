package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Roofline;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.WorkSize;

/** Measures what a device does at most. */
public final class RooflineProbe implements AutoCloseable {
  private static final long COPIED = 256L << 20;
  private static final long LEAST_COPIED = 1 << 20;
  private static final int CHAINS = 8;
  private static final int MOST_GROUP = 256;
  private static final int LEAST_RUNS = 3;

  private final Context context;
  private final ClApi cl;
  private final long units;
  private final int width;
  private final int group;
  private final int rounds;
  private final double seconds;
  private final long queue;
  private final Memory memory;

  private RooflineProbe(Context context, double seconds) {
    this.context = context;
    this.cl = context.cl();
    Limits limits = context.limits();
    this.units = limits.units();
    // A processor has few items, which run one after another and have wide registers. What the
    // device is decides, and not which kernels users ask for: those do not change what it can do.
    this.width = limits.cpu() ? 16 : 4;
    this.group = limits.cpu() ? 1 : Math.min(MOST_GROUP, limits.group());
    this.rounds = limits.cpu() ? 1 << 16 : 1 << 10;
    this.seconds = seconds;
    this.queue = context.createProfilingQueue();
    this.memory = new Memory(context, "close other sessions");
  }

  /**
   * Measures.
   *
   * @param seconds about how long that takes; each kernel runs three times at least
   */
  public static Roofline measure(Context context, double seconds) {
    try (RooflineProbe probe = new RooflineProbe(context, seconds / 2)) {
      return new Roofline(probe.flopsPerSecond(), probe.bytesPerSecond());
    }
  }

  private double bytesPerSecond() {
    long free = (context.memory() - context.bytes()) / 4;
    // A device without even the least room refuses the buffer, and says why.
    long most = Math.min(context.largestBuffer(), Math.max(free, LEAST_COPIED));
    int vectors = (int) (Math.min(COPIED, most) / (4L * width));
    long bytes = 4L * width * vectors;
    long from = memory.zeros(queue, bytes / 4, "the copy of a probe");
    long to = memory.zeros(queue, bytes / 4, "the copy of a probe");
    long kernel = kernel("probe_copy");
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
    long kernel = kernel("probe_fma");
    try {
      cl.setBuffer(kernel, 0, memory.buffer(4L * width * groups * group, "the sums of a probe"));
      double flops = 2.0 * CHAINS * width * rounds * groups * group;
      return flops / fastest(kernel, WorkSize.of(groups, group));
    } finally {
      cl.releaseKernel(kernel);
    }
  }

  private long kernel(String kernel) {
    Defines defines =
        new Defines().with("GROUP", group).with("WIDTH", width).with("ROUNDS", rounds);
    return context.kernel(context.program("probe", defines), kernel);
  }

  /**
   * The seconds of the fastest run: nothing makes a device faster than it is. Others may use it,
   * too, for longer than a few runs take, so it is tried for half of the time.
   */
  private double fastest(long kernel, WorkSize size) {
    long least = Long.MAX_VALUE;
    long start = System.nanoTime();
    for (int run = 0; run < LEAST_RUNS || (System.nanoTime() - start) * 1e-9 < seconds; run++) {
      long event = cl.launchTimed(queue, kernel, size);
      try {
        cl.finish(queue);
        least = Math.min(least, cl.eventNanoseconds(event));
      } finally {
        cl.releaseEvent(event);
      }
    }
    if (least <= 0) {
      throw context.timeless();
    }
    return least * 1e-9;
  }

  @Override
  public void close() {
    memory.close();
    Context.release(cl::releaseQueue, queue);
  }
}
