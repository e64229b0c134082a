package dev.jacquard.backend;

import java.util.List;

/**
 * What a backend made of a graph, for people and for comparing.
 *
 * @param stages in the order in which they run
 * @param launches how many times a step hands work to the device: kernel launches, or parallel
 *     sections
 * @param workBytes activations, gradients and scratch
 * @param fingerprint equal for plans that give the same bits; a resume checks it
 */
public record Plan(List<Stage> stages, int launches, long workBytes, String fingerprint) {
  /** Copies the list. */
  public Plan {
    stages = List.copyOf(stages);
  }

  /** The arithmetic of one step at the full batch. */
  public long flops() {
    return stages.stream().mapToLong(Stage::flops).sum();
  }

  /** The bytes that one step at the full batch reads and writes, each once a stage. */
  public long bytes() {
    return stages.stream().mapToLong(Stage::bytes).sum();
  }

  /**
   * A stage.
   *
   * @param name unique in the plan
   * @param ops what is merged in it: names of graph nodes
   * @param kernel the code that runs it, with its tile
   * @param work how it is divided: {@code 64 images x 2 panels}
   * @param flops executed at the full batch
   * @param bytes read and written at the full batch
   */
  public record Stage(
      String name, List<String> ops, String kernel, String work, long flops, long bytes) {
    /** Copies the list. */
    public Stage {
      ops = List.copyOf(ops);
    }
  }
}
