package dev.jacquard.cli.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Counts what a server has in hand, and refuses what would be too much. */
final class Traffic {
  private static final long SECOND = 1_000_000_000;

  private final Limits limits;
  private final LongSupplier nanoClock;
  private final Semaphore requests;
  private final AtomicLong bytes = new AtomicLong();
  private long windowStart;
  private int begun;

  Traffic(Limits limits, LongSupplier nanoClock) {
    this.limits = limits;
    this.nanoClock = nanoClock;
    this.requests = new Semaphore(limits.requests());
    this.windowStart = nanoClock.getAsLong();
  }

  /** What ends when it is closed. */
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Begins a request.
   *
   * @throws Refusal if there are too many
   */
  Hold request() {
    countThisSecond();
    if (!requests.tryAcquire()) {
      throw Refusal.tooMany("more than " + limits.requests() + " requests at once");
    }
    return requests::release;
  }

  private synchronized void countThisSecond() {
    long now = nanoClock.getAsLong();
    if (now - windowStart >= SECOND) {
      windowStart = now;
      begun = 0;
    }
    if (begun >= limits.perSecond()) {
      throw Refusal.tooMany("more than " + limits.perSecond() + " requests a second");
    }
    begun++;
  }

  /**
   * Makes room for a body.
   *
   * @throws Refusal if too many are in memory
   */
  Hold upload(long size) {
    if (bytes.addAndGet(size) > limits.uploadBytes()) {
      bytes.addAndGet(-size);
      throw Refusal.tooMany("more uploads at once than there is room for");
    }
    return () -> bytes.addAndGet(-size);
  }

  /** Waits until no request is in hand, but not for longer than this; says whether that is so. */
  boolean awaitQuiet(long milliseconds) throws InterruptedException {
    return requests.tryAcquire(limits.requests(), milliseconds, TimeUnit.MILLISECONDS);
  }
}
