package dev.jacquard.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** One backend's faults are reported, and hide no other backend. */
class BrokenBackendTest {

  /** A backend whose answers a test makes up. */
  private record Fake(
      String id,
      Supplier<List<BackendOption<?>>> declared,
      Function<BackendOptions, BackendReport> answer)
      implements BackendProvider {

    static Fake of(String id, int rank) {
      DeviceInfo info = new DeviceInfo(id, "fake", DeviceInfo.Kind.CPU, "none", 1, Map.of());
      return new Fake(
          id, List::of, options -> BackendReport.of(id, List.of(DeviceReport.ready(info, rank))));
    }

    @Override
    public List<BackendOption<?>> options() {
      return declared.get();
    }

    @Override
    public BackendReport probe(BackendOptions options) {
      return answer.apply(options);
    }

    @Override
    public Device open(String deviceId, BackendOptions options) {
      throw new UnsupportedOperationException();
    }
  }

  private static Devices beside(BackendProvider broken) {
    return Devices.of(List.of(broken, Fake.of("good", 1)), Map.of());
  }

  private static String problem(Devices devices) {
    return devices.reports().get(0).problem().orElseThrow();
  }

  @Test
  void theHighestRankWins() {
    Devices devices =
        Devices.of(List.of(Fake.of("a", 1), Fake.of("b", 3), Fake.of("c", 2)), Map.of());
    assertEquals("b", devices.choose(Devices.AUTO).info().id());
    assertEquals("c", devices.choose("c").info().id());
  }

  @Test
  void aProbeThatThrowsIsAReport() {
    Devices devices =
        beside(
            new Fake(
                "bad",
                List::of,
                options -> {
                  throw new UnsatisfiedLinkError("no native");
                }));
    assertEquals("good", devices.choose(Devices.AUTO).info().id());
    assertEquals("its probe failed: java.lang.UnsatisfiedLinkError: no native", problem(devices));
  }

  @Test
  void optionsThatThrowAreAReport() {
    Devices devices =
        beside(
            new Fake(
                "bad",
                () -> {
                  throw new NoClassDefFoundError("gone");
                },
                options -> null));
    assertEquals("good", devices.choose(Devices.AUTO).info().id());
    assertEquals("its probe failed: java.lang.NoClassDefFoundError: gone", problem(devices));
  }

  @Test
  void noReportIsAReport() {
    Devices devices = beside(new Fake("bad", List::of, options -> null));
    assertEquals("good", devices.choose(Devices.AUTO).info().id());
    assertEquals("its probe failed: it reports nothing", problem(devices));
  }

  /** It could be chosen, but nobody would know whose it is. */
  @Test
  void aDeviceUnderAnotherNameIsAReport() {
    for (String id : List.of("0", "badly:0", "good")) {
      Devices devices = beside(new Fake("bad", List::of, Fake.of(id, 9).answer()));
      assertEquals("good", devices.choose(Devices.AUTO).info().id());
      assertEquals(
          "its probe failed: expected devices with the id bad or bad:NAME, received one of " + id,
          problem(devices));
    }
    Devices numbered = beside(new Fake("bad", List::of, Fake.of("bad:0", 9).answer()));
    assertEquals("bad:0", numbered.choose(Devices.AUTO).info().id());
  }

  @Test
  void aFailedChoiceListsEverythingFound() {
    Devices devices = beside(new Fake("bad", List::of, options -> null));
    JacquardException failure = assertThrows(JacquardException.class, () -> devices.choose("bad"));
    assertEquals(
        List.of(
            "backend bad is not a usable device; found:",
            "  bad: its probe failed: it reports nothing; report this to the backend's authors",
            "  good (fake): ready"),
        failure.getMessage().lines().toList());
  }

  @Test
  void twoBackendsOfOneNameAreRefused() {
    List<BackendProvider> twins = List.of(Fake.of("a", 1), Fake.of("a", 2));
    JacquardException refused =
        assertThrows(JacquardException.class, () -> Devices.of(twins, Map.of()));
    assertTrue(refused.getMessage().startsWith("two backends are named a: "));
  }
}
