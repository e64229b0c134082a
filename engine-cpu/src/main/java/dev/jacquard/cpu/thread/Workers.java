package dev.jacquard.cpu.thread;

import dev.jacquard.error.JacquardException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed pool of threads that runs one parallel section at a time: numbered units, of which each
 * thread has a share, and helps with the others' when that is begun. Which thread runs a unit must
 * not matter to its result. Running a section allocates nothing.
 *
 * <p>A share is a range of numbers, in proportion the same one in every section. So where sections
 * number the images of a batch alike, a thread finds in its core's cache what it wrote there. Every
 * other pass over a batch counts down: what was touched last comes first, before it is displaced.
 *
 * <p>Sections follow each other within microseconds, so idle threads spin for a while before they
 * park. A thread that the operating system holds back delays nobody but the unit that it has begun.
 */
public final class Workers implements AutoCloseable {
  /** How often to look at once, before giving the processor to whoever else wants it. */
  private static final int SPINS = 2000;

  /** How often to give it away before parking. */
  private static final int YIELDS = 200;

  /** Longs from one share's counter to the next: no two lie in one cache line. */
  private static final int APART = 16;

  private final Thread[] threads;
  private final ReentrantLock section = new ReentrantLock();

  /**
   * For each share, those of the leading units first, how many of it are not begun, in the low
   * half; the section's number in the high half.
   */
  private final AtomicLongArray open;

  /** Each share's last unit, and the step from one unit to the next, 1 or -1. */
  private final int[] last;

  private final int[] step;

  /** The section whose shares are all open. */
  private volatile int opened;

  private int direction = 1;

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

  /**
   * A pool of {@code count} threads, the caller's being one of them.
   *
   * @throws JacquardException if the system does not start so many
   */
  public Workers(int count) {
    this(count, Thread::new);
  }

  /** A pool whose threads come from a factory. */
  Workers(int count, ThreadFactory factory) {
    open = new AtomicLongArray(2 * count * APART);
    last = new int[2 * count];
    step = new int[2 * count];
    threads = new Thread[count - 1];
    for (int i = 0; i < threads.length; i++) {
      int worker = i + 1;
      threads[i] = factory.newThread(() -> serve(worker));
      threads[i].setName("jacquard-cpu-" + worker);
      threads[i].setDaemon(true);
      start(threads[i], worker);
    }
  }

  private void start(Thread thread, int worker) {
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      close();
      throw new JacquardException(
          "the system started only "
              + worker
              + " of "
              + count()
              + " threads (\"ulimit -u\", or a limit of the container); use fewer: --threads "
              + worker,
          e);
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
    run(0, units, true, work);
  }

  /**
   * Runs units as {@link #run(int, Task)} does.
   *
   * @param leading how many units, those of the lowest numbers, are begun before the others: large
   *     ones, so that small ones fill up the end
   */
  public void run(int leading, int units, Task work) {
    run(leading, units, true, work);
  }

  /**
   * Runs units that are not a batch's images: the next pass over those is as if this had not been.
   */
  public void runAside(int units, Task work) {
    run(0, units, false, work);
  }

  private void run(int leading, int units, boolean turns, Task work) {
    boolean within = section.isHeldByCurrentThread();
    if (units > 1 && threads.length > 0 && !within && section.tryLock()) {
      try {
        share(leading, units, turns, work);
      } finally {
        section.unlock();
      }
    } else {
      for (int unit = 0; unit < units; unit++) {
        work.run(unit, 0);
      }
    }
  }

  private void share(int leading, int units, boolean turns, Task work) {
    task = work;
    failure = null;
    unfinished.set(units);
    int number = opened + 1;
    open(number, 0, leading, turns, 0);
    open(number, leading, units, turns, count());
    opened = number;
    if (parked.get() > 0) {
      for (Thread thread : threads) {
        LockSupport.unpark(thread);
      }
    }
    takeAll(number, 0);
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

  /** Opens the units {@code begin .. end - 1}, {@code first} being the first thread's share. */
  private void open(int number, int begin, int end, boolean turns, int first) {
    if (begin == end) {
      return; // Counters of an earlier section are at 0.
    }
    direction = turns ? -direction : direction;
    int from = begin;
    for (int worker = 1; worker <= count(); worker++) {
      int to = begin + (int) ((long) (end - begin) * worker / count());
      int share = first + worker - 1;
      last[share] = direction > 0 ? to - 1 : from;
      step[share] = direction;
      open.setRelease(share * APART, ((long) number << 32) + to - from);
      from = to;
    }
  }

  /**
   * Begins and finishes units of a section, of the worker's own share first, until all are begun.
   */
  private void takeAll(int number, int worker) {
    for (int first = 0; first <= count(); first += count()) {
      for (int i = 0; i < count(); i++) {
        int share = first + (worker + i) % count();
        while (take(number, share, worker)) {}
      }
    }
  }

  /** Begins and finishes a unit of a share; false if there is none of this section to begin. */
  private boolean take(int number, int share, int worker) {
    long state = open.get(share * APART);
    int left = (int) state;
    if (left == 0 || (int) (state >>> 32) != number) {
      return false;
    }
    Task work = task;
    int unit = last[share] - step[share] * (left - 1);
    if (open.compareAndSet(share * APART, state, state - 1)) {
      // The section cannot have ended since the state was read: this unit of it was not begun. So
      // task and number are its own.
      try {
        work.run(unit, worker);
      } catch (RuntimeException | Error e) {
        failure = e;
      } finally {
        unfinished.decrementAndGet();
      }
    }
    return true;
  }

  private void serve(int worker) {
    int seen = 0;
    int idle = 0;
    while (!closed) {
      int number = opened;
      if (number != seen) {
        takeAll(number, worker);
        seen = number;
        idle = 0;
      } else if (++idle < SPINS + YIELDS) {
        pause(idle);
      } else {
        rest(seen);
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

  private void rest(int seen) {
    parked.incrementAndGet();
    // Looked at again after it is announced that this thread parks: a section opened before would
    // not unpark it.
    if (opened == seen && !closed) {
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
