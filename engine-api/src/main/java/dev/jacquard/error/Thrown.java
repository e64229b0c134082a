package dev.jacquard.error;

import java.util.Arrays;
import java.util.Optional;

/** Where a failure is from. */
public final class Thrown {
  private Thrown() {}

  /**
   * Where it was thrown, or the call that led there where that was one of Java's own classes: what
   * is wrong is seldom wrong in these.
   *
   * @return empty if its stack is not known
   */
  public static Optional<StackTraceElement> at(Throwable failure) {
    return Arrays.stream(failure.getStackTrace()).filter(frame -> !isOfJava(frame)).findFirst();
  }

  private static boolean isOfJava(StackTraceElement frame) {
    String module = String.valueOf(frame.getModuleName());
    return module.startsWith("java.") || module.startsWith("jdk.");
  }
}
