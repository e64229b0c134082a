package dev.jacquard.tck;

/**
 * A case of the suite.
 *
 * @param group what it belongs to: {@code conv2d}, {@code determinism}
 * @param name unique in the group
 * @param body what is done
 */
public record TckCase(String group, String name, Body body) {
  /** What a case does. */
  @FunctionalInterface
  public interface Body {
    /** Runs it; whatever it throws is a failure. */
    void run(Scene scene) throws Exception;
  }

  /** Group and name: {@code conv2d/9x7x5-k3x3-s1x1-same}. */
  public String id() {
    return group + "/" + name;
  }
}
