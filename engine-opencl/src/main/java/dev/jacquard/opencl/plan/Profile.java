package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.StageTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The times of the stages of a session's plans. Thread-safe. */
public final class Profile {
  private final List<Script> scripts = new ArrayList<>();

  synchronized void add(Script script) {
    scripts.add(script);
  }

  synchronized void remove(Script script) {
    scripts.remove(script);
  }

  /**
   * The times since the last call of the stages that ran. Scripts of the same stages are a plan's
   * workspaces, and count together.
   */
  public synchronized List<StageTime> times() {
    Map<List<Plan.Stage>, List<StageTime>> plans = new LinkedHashMap<>();
    for (Script script : scripts) {
      plans.merge(script.stages(), script.times(), Profile::sum);
    }
    return plans.values().stream().flatMap(List::stream).filter(time -> time.runs() > 0).toList();
  }

  private static List<StageTime> sum(List<StageTime> one, List<StageTime> other) {
    List<StageTime> sums = new ArrayList<>();
    for (int i = 0; i < one.size(); i++) {
      StageTime a = one.get(i);
      StageTime b = other.get(i);
      sums.add(new StageTime(a.stage(), a.runs() + b.runs(), a.nanoseconds() + b.nanoseconds()));
    }
    return sums;
  }
}
