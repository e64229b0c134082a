package dev.jacquard.cli.console;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;

/**
 * Ctrl-C while something runs that must end in order. The JVM answers the signal by running its
 * shutdown hooks; the one registered here says so, asks the work to stop and holds the JVM until
 * this is closed, or, in a process of the command's own, until that has told its failures: {@link
 * #untilTold}. The exit status is then the signal's: 130. A second Ctrl-C ends at once.
 */
public final class Interruption implements AutoCloseable {
  /** The exit status of a program that Ctrl-C ended. */
  public static final int STATUS = 130;

  /** Of the process, where it is the command's. */
  private static volatile Optional<CountDownLatch> told = Optional.empty();

  private final PrintStream err;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupt, "jacquard-interruption");
  private boolean requested;
  private String answer;
  private Runnable stop = () -> {};
  private volatile Runnable abandon = () -> {};

  private Interruption(PrintStream err, String answer) {
    this.err = err;
    this.answer = answer;
  }

  /**
   * Answers to Ctrl-C from now on.
   *
   * @param err where that is said
   * @param answer what is done while nothing can be stopped yet: {@code Stopping before ...}
   */
  public static Interruption awaited(PrintStream err, String answer) {
    Interruption interruption = new Interruption(err, answer);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /**
   * Calls {@code action}, which must return at once, when Ctrl-C comes or if it has come.
   *
   * @param instead what is done from now on
   */
  public synchronized void onRequest(String instead, Runnable action) {
    answer = instead;
    stop = action;
    if (requested) {
      stop.run();
    }
  }

  /** Calls {@code action}, which must return at once, before a second Ctrl-C ends the JVM. */
  public void onAbandon(Runnable action) {
    abandon = action;
  }

  private synchronized void request() {
    requested = true;
    // The shell's ^C stands behind the progress bar, whose line is made use of.
    err.println(
        (Terminal.watchesErrors() ? Terminal.REWRITE : "")
            + answer
            + ". Ctrl-C again ends at once.");
    stop.run();
  }

  private void interrupt() {
    SecondSignal.run(
        () -> {
          abandon.run();
          Runtime.getRuntime().halt(STATUS);
        });
    request();
    try {
      // However long: an epoch's end may be far, and who does not want to wait was told how.
      told.orElse(closed).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs the command that is all of this process; where Ctrl-C has come, the process ends when that
   * has returned.
   *
   * @return the exit status
   */
  public static int untilTold(IntSupplier command) {
    CountDownLatch end = new CountDownLatch(1);
    told = Optional.of(end);
    try {
      return command.getAsInt();
    } finally {
      end.countDown();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down, and the hook waits or has been let go.
    }
  }
}
