package dev.jacquard.tck;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Device;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** A device that is not there is skipped, unless it was asked for. */
class AbsentDeviceTest {
  private final String before = System.getProperty(BackendTck.REQUIRE);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(BackendTck.REQUIRE);
    } else {
      System.setProperty(BackendTck.REQUIRE, before);
    }
  }

  @Test
  void isSkipped() {
    System.setProperty(BackendTck.REQUIRE, "nothing-like-it, absently");
    assertThrows(TestAbortedException.class, () -> absent().conformance());
  }

  @Test
  void failsIfItOrOneOfItsDevicesIsRequired() {
    for (String asked : List.of("absent", "cpu, absent", "absent:0:1")) {
      System.setProperty(BackendTck.REQUIRE, asked);
      AssertionFailedError failure =
          assertThrows(AssertionFailedError.class, () -> absent().conformance());
      assertTrue(failure.getMessage().contains("no driver"), failure.getMessage());
    }
  }

  /** Anonymous, because JUnit would take a named class for tests to run. */
  private static BackendTck absent() {
    return new BackendTck() {
      @Override
      protected BackendProvider provider() {
        return new Absent();
      }
    };
  }

  private record Absent() implements BackendProvider {
    @Override
    public String id() {
      return "absent";
    }

    @Override
    public List<BackendOption<?>> options() {
      return List.of();
    }

    @Override
    public BackendReport probe(BackendOptions options) {
      return BackendReport.unavailable(id(), "no driver", "install one");
    }

    @Override
    public Device open(String deviceId, BackendOptions options) {
      throw new AssertionError("nothing to open");
    }
  }
}
