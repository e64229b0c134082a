package dev.jacquard.cpu.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class WorkersTest {
  @Test
  void everyUnitRunsOnce() {
    for (int threads : new int[] {1, 2, 3, 7}) {
      try (Workers workers = new Workers(threads)) {
        for (int section = 0; section < 2000; section++) {
          int units = section % 17;
          AtomicIntegerArray runs = new AtomicIntegerArray(17);
          workers.run(units, (unit, worker) -> runs.incrementAndGet(unit));
          for (int unit = 0; unit < 17; unit++) {
            assertEquals(unit < units ? 1 : 0, runs.get(unit));
          }
        }
      }
    }
  }

  @Test
  void threadsThatCannotStartAreToldAndTheOthersEnd() throws InterruptedException {
    List<Thread> made = new ArrayList<>();
    ThreadFactory two =
        task -> {
          Thread thread = made.size() < 2 ? new Thread(task) : new Unstartable(task);
          made.add(thread);
          return thread;
        };
    JacquardException refused =
        assertThrows(JacquardException.class, () -> new Workers(8, two).close());
    assertEquals(
        "the system started only 3 of 8 threads (\"ulimit -u\", or a limit of the container);"
            + " use fewer: --threads 3",
        refused.getMessage());
    made.get(0).join();
    made.get(1).join();
  }

  private static final class Unstartable extends Thread {
    Unstartable(Runnable task) {
      super(task);
    }

    @Override
    public synchronized void start() {
      throw new OutOfMemoryError("unable to create native thread");
    }
  }

  @Test
  void sectionsAfterAPauseWakeThePool() throws InterruptedException {
    try (Workers workers = new Workers(3)) {
      for (int section = 0; section < 20; section++) {
        AtomicInteger done = new AtomicInteger();
        workers.run(50, (unit, worker) -> done.incrementAndGet());
        assertEquals(50, done.get());
        Thread.sleep(20); // longer than idle threads spin
      }
    }
  }

  @Test
  void workersHaveNumbersOfTheirOwn() {
    try (Workers workers = new Workers(4)) {
      AtomicIntegerArray busy = new AtomicIntegerArray(4);
      AtomicInteger clashes = new AtomicInteger();
      workers.run(
          5000,
          (unit, worker) -> {
            if (busy.incrementAndGet(worker) > 1) {
              clashes.incrementAndGet();
            }
            busy.decrementAndGet(worker);
          });
      assertEquals(0, clashes.get());
    }
  }

  @Test
  void failuresReachTheCallerAndThePoolGoesOn() {
    try (Workers workers = new Workers(2)) {
      IllegalStateException thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  workers.run(
                      100,
                      (unit, worker) -> {
                        if (unit == 42) {
                          throw new IllegalStateException("unit 42");
                        }
                      }));
      assertEquals("unit 42", thrown.getMessage());
      AtomicInteger done = new AtomicInteger();
      workers.run(10, (unit, worker) -> done.incrementAndGet());
      assertEquals(10, done.get());
    }
  }

  @Test
  void callersFromSeveralThreadsAllGetTheirWork() throws InterruptedException {
    try (Workers workers = new Workers(2)) {
      AtomicInteger done = new AtomicInteger();
      Thread[] callers = new Thread[4];
      for (int i = 0; i < callers.length; i++) {
        callers[i] =
            new Thread(
                () -> {
                  for (int section = 0; section < 200; section++) {
                    workers.run(10, (unit, worker) -> done.incrementAndGet());
                  }
                });
        callers[i].start();
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertEquals(4 * 200 * 10, done.get());
      assertTrue(workers.count() == 2);
    }
  }

  @Test
  void sectionsWithinSectionsLoseNothing() {
    try (Workers workers = new Workers(3)) {
      AtomicInteger done = new AtomicInteger();
      workers.run(8, (unit, worker) -> workers.run(9, (part, ignored) -> done.incrementAndGet()));
      assertEquals(72, done.get());
    }
  }

  @Test
  void noThreadBeginsALeadingUnitAfterAnother() {
    int leading = 30;
    try (Workers workers = new Workers(3)) {
      AtomicIntegerArray others = new AtomicIntegerArray(3);
      AtomicInteger late = new AtomicInteger();
      workers.run(
          leading,
          100,
          (unit, worker) -> {
            if (unit >= leading) {
              others.incrementAndGet(worker);
            } else if (others.get(worker) > 0) {
              late.incrementAndGet();
            }
          });
      assertEquals(70, others.get(0) + others.get(1) + others.get(2));
      assertEquals(0, late.get());
    }
  }

  @Test
  void everyThreadBeginsWithItsShareAndEverySecondSectionAtItsEnd() {
    try (Workers workers = new Workers(2)) {
      int[] first = firstUnits(workers);
      workers.runAside(3, (unit, worker) -> {});
      int[] second = firstUnits(workers);
      List<List<Integer>> found = List.of(list(first), list(second));
      assertTrue(
          found.equals(List.of(List.of(0, 5), List.of(4, 9)))
              || found.equals(List.of(List.of(4, 9), List.of(0, 5))),
          found.toString());
    }
  }

  private static List<Integer> list(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** The first of ten units that either thread takes. None goes on before both have one. */
  private static int[] firstUnits(Workers workers) {
    int[] first = {-1, -1};
    CyclicBarrier both = new CyclicBarrier(2);
    workers.run(
        10,
        (unit, worker) -> {
          if (first[worker] < 0) {
            first[worker] = unit;
            try {
              both.await();
            } catch (InterruptedException | BrokenBarrierException e) {
              throw new IllegalStateException(e);
            }
          }
        });
    return first;
  }
}
