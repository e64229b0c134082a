package dev.jacquard.tck;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.reference.ReferenceBackend;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Faults in what a backend makes of its devices, sessions and plans. */
final class DeviceFaults {
  private DeviceFaults() {}

  static Map<String, Fault> all() {
    Map<String, Fault> faults = new LinkedHashMap<>();
    faults.put("threads: each adds its rounding", new Threads(true));
    faults.put(
        "probe: any device can be opened",
        new Fault() {
          @Override
          public String open(String deviceId, BackendOptions options) {
            return ReferenceBackend.ID;
          }
        });
    faults.put(
        "probe: the device under test is not listed",
        new Fault() {
          @Override
          public BackendReport probe(BackendReport report) {
            return BackendReport.of(report.backend(), List.of());
          }
        });
    faults.put(
        "lifecycle: a time of a stage that is not there",
        new Fault() {
          private boolean asked;

          @Override
          public SessionConfig config(SessionConfig config) {
            asked = config.profile();
            return config;
          }

          @Override
          public List<StageTime> profile(List<StageTime> times) {
            return asked ? List.of(new StageTime("nowhere", 1, 1)) : times;
          }
        });
    faults.put(
        "lifecycle: a leak",
        new Fault() {
          @Override
          public long liveBuffers(long live) {
            return live + 1;
          }
        });
    faults.put("determinism: sessions at once share what they must not", new AtOnce());
    faults.put(
        "determinism: one fingerprint for all plans",
        new Fault() {
          @Override
          public Plan plan(Plan plan) {
            return new Plan(plan.stages(), plan.launches(), plan.workBytes(), "any");
          }
        });
    return faults;
  }

  /** A device whose steps go wrong where another session makes some at the same time. */
  private static final class AtOnce implements Fault {
    private final AtomicInteger running = new AtomicInteger();
    private final CountDownLatch met = new CountDownLatch(1);

    @Override
    public void run(Trainer trainer, ResidentData data, Stretch stretch, StretchResult result) {
      if (running.incrementAndGet() > 1) {
        met.countDown();
      } else if (Thread.currentThread().getName().equals("tck-together")) {
        awaitAnother();
      }
      trainer.run(data, stretch, result);
      if (running.getAndDecrement() > 1) {
        result.losses()[0]++;
      }
    }

    /** So that they surely meet. */
    private void awaitAnother() {
      try {
        met.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A backend with an option for threads, which changes its results or does not. */
  static final class Threads implements Fault {
    private static final BackendOption<Integer> COUNT =
        BackendOption.of("threads", "N", "how many threads", 1, Integer::valueOf);

    private final boolean wrong;
    private int count;

    Threads(boolean wrong) {
      this.wrong = wrong;
    }

    @Override
    public List<BackendOption<?>> options() {
      return List.of(COUNT);
    }

    @Override
    public String open(String deviceId, BackendOptions options) {
      count = options.get(COUNT);
      return deviceId;
    }

    @Override
    public void outcome(Stretch stretch, StretchResult result) {
      result.losses()[0] += wrong ? count * Math.ulp(result.losses()[0]) : 0;
    }
  }
}
