package dev.jacquard.tck;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceReport;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.tck.TckResult.Status;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The suite as JUnit tests: {@code class AcmeTest extends BackendTck} and {@link #provider} are all
 * that a backend writes. On a machine without its device the tests are skipped, unless {@code
 * -Djacquard.tck.require=acme,other} asks for it: then they fail.
 */
public abstract class BackendTck {
  /** The system property that lists, by commas, the backends or devices that must be there. */
  public static final String REQUIRE = "jacquard.tck.require";

  /** For the backend's own class of tests. */
  protected BackendTck() {}

  /** The backend under test. */
  protected abstract BackendProvider provider();

  /** The options to open its device with. */
  protected BackendOptions options() {
    return BackendOptions.none();
  }

  /**
   * Whether its plans are fused, and in which precision it multiplies: by default they are, and in
   * fp32. The seed does not matter.
   */
  protected SessionConfig config() {
    return SessionConfig.of(0);
  }

  /** The device to test; by default the usable one of the highest rank. */
  protected String deviceId() {
    BackendReport report = provider().probe(options());
    return report.devices().stream()
        .filter(DeviceReport::usable)
        .max(Comparator.comparingInt(DeviceReport::rank))
        .map(device -> device.info().id())
        .orElse("");
  }

  /** The cases to run, in their order; all by default. */
  protected List<TckCase> cases() {
    return TckSuite.cases();
  }

  /** The suite, on one device that is opened for all of it. */
  @TestFactory
  final Stream<DynamicTest> conformance() {
    BackendProvider provider = provider();
    String id = deviceId();
    if (id.isEmpty()) {
      String found = "no usable device of " + provider.id() + ": " + provider.probe(options());
      Assertions.assertFalse(required(provider.id()), found);
      Assumptions.abort(found);
    }
    Device device = provider.open(id, options());
    return cases().stream()
        .map(test -> DynamicTest.dynamicTest(test.id(), () -> check(test, provider, device)))
        .onClose(device::close);
  }

  private static boolean required(String backend) {
    String asked = System.getProperty(REQUIRE, "");
    return Pattern.compile(",")
        .splitAsStream(asked)
        .map(String::trim)
        .anyMatch(each -> each.equals(backend) || each.startsWith(backend + ":"));
  }

  private void check(TckCase test, BackendProvider provider, Device device) {
    TckResult result = TckRunner.run(test, provider, options(), device, config());
    Assumptions.assumeTrue(result.status() != Status.SKIPPED, result.detail());
    Assertions.assertEquals(Status.PASSED, result.status(), result.detail());
  }
}
