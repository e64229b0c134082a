package dev.jacquard.opencl.plan;

import dev.jacquard.backend.StageTime;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.WorkSize;

/**
 * Adds up how long a stage runs. A launch leaves an event behind, which tells its time when it has
 * run; so many are kept, then their times are read and they are released.
 */
final class StageClock {
  private static final int MOST_EVENTS = 64;

  private final ClApi cl;
  private final long queue;
  private final long[] events = new long[MOST_EVENTS];
  private int pending;
  private long runs;
  private long nanoseconds;

  /** Of a stage in a queue that takes times. */
  StageClock(ClApi cl, long queue) {
    this.cl = cl;
    this.queue = queue;
  }

  /** Queues a kernel. */
  synchronized void launch(long kernel, WorkSize size) {
    if (pending == MOST_EVENTS) {
      read();
    }
    // Counted when it is there: a launch that fails leaves none.
    events[pending] = cl.launchTimed(queue, kernel, size);
    pending++;
  }

  /** Does something that the host does, when everything queued before is done. */
  void host(Command command, Turn turn) {
    cl.finish(queue);
    long start = System.nanoTime();
    command.run(turn);
    cl.finish(queue);
    add(System.nanoTime() - start);
  }

  private synchronized void add(long took) {
    runs++;
    nanoseconds += took;
  }

  private void read() {
    cl.finish(queue);
    while (pending > 0) {
      long event = events[--pending];
      try {
        add(cl.eventNanoseconds(event));
      } finally {
        cl.releaseEvent(event);
      }
    }
  }

  /** The time since the last call. */
  synchronized StageTime time(String stage) {
    read();
    StageTime time = new StageTime(stage, runs, nanoseconds);
    runs = 0;
    nanoseconds = 0;
    return time;
  }

  /** Releases what is left. */
  synchronized void close() {
    while (pending > 0) {
      Context.release(cl::releaseEvent, events[--pending]);
    }
  }
}
