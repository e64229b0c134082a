package dev.jacquard.opencl.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClExceptionTest {
  /** By status and the compiler's words: a kernel that is refused, or a device that is gone. */
  @ParameterizedTest
  @CsvSource({
    "-11, '', true",
    "-43, '', true",
    "-5, ptxas: too many registers, true",
    "-9999, error: no, true",
    "-5, ' ', false",
    "-2, '', false",
    "-33, '', false",
    "-9999, '', false",
    "-6, error: no, false",
  })
  void aProgramThatIsRefusedIsToldFromADeviceThatIsGone(int status, String log, boolean build) {
    ClException e = new ClException("clBuildProgram", status, new BuildLog(log, ""));
    assertEquals(build, e.isBuildFailure());
    assertEquals(build, new ClException("more is known", e).isBuildFailure());
  }

  @Test
  void anotherCallIsNoBuild() {
    assertFalse(new ClException("clEnqueueNDRangeKernel", -5).isBuildFailure());
  }
}
