package dev.jacquard.cli.training;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C while something runs that must end in order. The JVM answers the signal by running its
 * shutdown hooks; the one registered here asks the work to stop and holds the JVM until this is
 * closed. The exit status is then the signal's: 130.
 */
final class Interruption implements AutoCloseable {
  private static final long MOST_SECONDS = 60;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupt, "jacquard-interruption");
  private boolean requested;
  private Runnable stop = () -> {};

  /** Answers to Ctrl-C from now on. */
  static Interruption awaited() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Calls {@code action}, which must return at once, when Ctrl-C comes or if it has come. */
  synchronized void onRequest(Runnable action) {
    stop = action;
    if (requested) {
      stop.run();
    }
  }

  private synchronized void request() {
    requested = true;
    stop.run();
  }

  private void interrupt() {
    request();
    try {
      if (!done.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("jacquard: the device does not answer; leaving without a checkpoint");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down, and the hook has just been let go.
    }
  }
}
