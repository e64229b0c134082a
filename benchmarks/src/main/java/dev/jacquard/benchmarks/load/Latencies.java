package dev.jacquard.benchmarks.load;

import java.util.Arrays;
import java.util.List;

/** How long requests took, in nanoseconds. */
final class Latencies {
  private long[] times = new long[1024];
  private int count;

  void add(long nanoseconds) {
    if (count == times.length) {
      times = Arrays.copyOf(times, 2 * count);
    }
    times[count++] = nanoseconds;
  }

  int count() {
    return count;
  }

  /** All of several, sorted. */
  static Latencies merged(List<Latencies> parts) {
    Latencies all = new Latencies();
    for (Latencies part : parts) {
      for (int i = 0; i < part.count; i++) {
        all.add(part.times[i]);
      }
    }
    Arrays.sort(all.times, 0, all.count);
    return all;
  }

  /**
   * The time within which this share of the requests was answered, in milliseconds; of what {@link
   * #merged} made.
   */
  double milliseconds(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    int index = (int) Math.ceil(share * count) - 1;
    return times[Math.max(0, Math.min(index, count - 1))] * 1e-6;
  }
}
