package dev.jacquard.cpu.thread;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed pool of threads that runs one parallel section at a time: numbered units, taken by
 * whoever is free. Which thread runs a unit must not matter to its result. Running a section
 * allocates nothing.
 *
 * <p>Sections follow each other within microseconds, so idle threads spin for a while before they
 * park. A thread that the operating system holds back delays nobody but the unit that it has begun.
 */
public final class Workers implements AutoCloseable {
  /** How often to look at once, before giving the processor to whoever else wants it. */
  private static final int SPINS = 2000;

  /** How often to give it away before parking. */
  private static final int YIELDS = 200;

  private final Thread[] threads;
  private final ReentrantLock section = new ReentrantLock();

  /**
   * How many units of the current section are not begun, in the low half; the section's number in
   * the high half.
   */
  private final AtomicLong open = new AtomicLong();

  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicInteger parked = new AtomicInteger();
  private volatile Task task;
  private volatile Throwable failure;
  private volatile boolean closed;

  /** What a section does. */
  @FunctionalInterface
  public interface Task {
    /**
     * Runs one unit.
     *
     * @param unit its number
     * @param worker the thread's number below {@link Workers#count()}, for scratch memory
     */
    void run(int unit, int worker);
  }

  /** A pool of {@code count} threads, the caller's being one of them. */
  public Workers(int count) {
    threads = new Thread[count - 1];
    for (int i = 0; i < threads.length; i++) {
      int worker = i + 1;
      threads[i] = new Thread(() -> serve(worker), "jacquard-cpu-" + worker);
      threads[i].setDaemon(true);
      threads[i].start();
    }
  }

  /** How many threads work on a section. */
  public int count() {
    return threads.length + 1;
  }

  /**
   * Runs the units {@code 0 .. units - 1} and returns when all are done. While another section is
   * running, another thread's or the one that this call is a part of, the caller does all its units
   * itself.
   */
  public void run(int units, Task work) {
    boolean within = section.isHeldByCurrentThread();
    if (units > 1 && threads.length > 0 && !within && section.tryLock()) {
      try {
        share(units, work);
      } finally {
        section.unlock();
      }
    } else {
      for (int unit = 0; unit < units; unit++) {
        work.run(unit, 0);
      }
    }
  }

  private void share(int units, Task work) {
    task = work;
    failure = null;
    unfinished.set(units);
    open.set((((open.get() >>> 32) + 1) << 32) + units);
    if (parked.get() > 0) {
      for (Thread thread : threads) {
        LockSupport.unpark(thread);
      }
    }
    while (take(0)) {}
    for (int idle = 0; unfinished.get() > 0; idle++) {
      pause(idle);
    }
    task = null;
    Throwable thrown = failure;
    if (thrown instanceof Error error) {
      throw error;
    } else if (thrown != null) {
      throw (RuntimeException) thrown;
    }
  }

  /** Begins and finishes one unit; false if there was none to begin. */
  private boolean take(int worker) {
    long state = open.get();
    int left = (int) state;
    if (left == 0) {
      return false;
    }
    Task work = task;
    if (open.compareAndSet(state, state - 1)) {
      // The section cannot have ended since the state was read: this unit of it was not begun. So
      // the task is its own.
      try {
        work.run(left - 1, worker);
      } catch (RuntimeException | Error e) {
        failure = e;
      } finally {
        unfinished.decrementAndGet();
      }
    }
    return true;
  }

  private void serve(int worker) {
    int idle = 0;
    while (!closed) {
      if (take(worker)) {
        idle = 0;
      } else if (++idle < SPINS + YIELDS) {
        pause(idle);
      } else {
        rest();
        idle = 0;
      }
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // others may need the core more than a spinning thread
  private static void pause(int idle) {
    if (idle < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  private void rest() {
    parked.incrementAndGet();
    // Looked at again after it is announced that this thread parks: a section opened before would
    // not unpark it.
    if ((int) open.get() == 0 && !closed) {
      LockSupport.park(this);
    }
    parked.decrementAndGet();
  }

  /** Ends the threads. */
  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
    }
  }
}
