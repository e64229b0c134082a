package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.StageTime;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The stages of a plan in order, with a clock on each. */
final class Stages {
  private final List<Stage> stages = new ArrayList<>();
  private Stage[] order = {};
  private long[] nanoseconds = {};
  private long[] runs = {};

  void add(Stage stage) {
    stages.add(stage);
    order = stages.toArray(Stage[]::new);
    nanoseconds = new long[order.length];
    runs = new long[order.length];
  }

  void run(Step step) {
    long before = System.nanoTime();
    for (int i = 0; i < order.length; i++) {
      order[i].run(step);
      long now = System.nanoTime();
      nanoseconds[i] += now - before;
      runs[i]++;
      before = now;
    }
  }

  /** The time in each stage since the last call. */
  List<StageTime> times() {
    List<StageTime> times = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      if (runs[i] > 0) {
        times.add(new StageTime(order[i].describe().name(), runs[i], nanoseconds[i]));
      }
      nanoseconds[i] = 0;
      runs[i] = 0;
    }
    return times;
  }

  /**
   * The plan.
   *
   * @param identity what else decides the bits: graph, kernels, batch
   */
  Plan plan(long workBytes, String identity) {
    List<Plan.Stage> described = stages.stream().map(Stage::describe).toList();
    int sections = stages.stream().mapToInt(Stage::sections).sum();
    return new Plan(described, sections, workBytes, digest(identity + described));
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
