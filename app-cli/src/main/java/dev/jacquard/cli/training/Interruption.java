package dev.jacquard.cli.training;

import dev.jacquard.cli.console.Terminal;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C while something runs that must end in order. The JVM answers the signal by running its
 * shutdown hooks; the one registered here says so, asks the work to stop and holds the JVM until
 * this is closed. The exit status is then the signal's: 130. A second Ctrl-C ends at once.
 */
public final class Interruption implements AutoCloseable {
  private static final long MOST_SECONDS = 60;

  private final PrintStream err;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupt, "jacquard-interruption");
  private boolean requested;
  private boolean training;
  private Runnable stop = () -> {};
  private volatile Runnable abandon = () -> {};

  private Interruption(PrintStream err) {
    this.err = err;
  }

  /**
   * Answers to Ctrl-C from now on.
   *
   * @param err where that is said
   */
  public static Interruption awaited(PrintStream err) {
    Interruption interruption = new Interruption(err);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Calls {@code action}, which must return at once, when Ctrl-C comes or if it has come. */
  synchronized void onRequest(Runnable action) {
    training = true;
    stop = action;
    if (requested) {
      stop.run();
    }
  }

  /** Calls {@code action}, which must return at once, before a second Ctrl-C ends the JVM. */
  void onAbandon(Runnable action) {
    abandon = action;
  }

  private synchronized void request() {
    requested = true;
    // The shell's ^C stands behind the progress bar, whose line is made use of.
    err.println(
        (Terminal.watchesErrors() ? ProgressBar.REWRITE : "")
            + (training
                ? "Stopping after this step; the checkpoint is kept. Ctrl-C again ends at once."
                : "Stopping before training begins. Ctrl-C again ends at once."));
    stop.run();
  }

  private void interrupt() {
    SecondSignal.run(
        () -> {
          abandon.run();
          Runtime.getRuntime().halt(SecondSignal.STATUS);
        });
    request();
    try {
      if (!done.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        err.println("jacquard: the device does not answer; leaving without a checkpoint");
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
