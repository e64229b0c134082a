package dev.jacquard.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Calls from several threads at once. */
final class Together {
  /** Of threads that wait for each other for ever, the case and not the suite is to be the last. */
  private static final int MINUTES = 10;

  private Together() {}

  /**
   * Makes the calls.
   *
   * @param threads how many go on at once
   * @return what each of them gave, in their order
   * @throws Exception what the first of them threw, or that they do not come to an end
   */
  static <T> List<T> run(int threads, List<Callable<T>> calls) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads, Together::daemon);
    try {
      List<T> given = new ArrayList<>();
      for (Future<T> each : pool.invokeAll(calls, MINUTES, TimeUnit.MINUTES)) {
        given.add(result(each));
      }
      return given;
    } finally {
      pool.shutdownNow();
    }
  }

  private static <T> T result(Future<T> call) throws Exception {
    try {
      return call.get();
    } catch (CancellationException e) {
      throw new AssertionError("calls at once did not end within " + MINUTES + " minutes", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception failure) {
        throw failure;
      }
      throw (Error) e.getCause();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "tck-together");
    thread.setDaemon(true);
    return thread;
  }
}
