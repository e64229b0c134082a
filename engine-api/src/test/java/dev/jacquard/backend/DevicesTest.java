package dev.jacquard.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.error.JacquardException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The choice of a device, and what is looked at for it. */
class DevicesTest {
  private final List<String> probed = new ArrayList<>();
  private final Devices devices =
      Devices.of(List.of(new Loom("hand", 1), new Loom("steam", 2)), Map.of());

  @Test
  void autoTakesTheHighestRank() {
    assertEquals("steam", devices.choose("auto").info().id());
    assertEquals(List.of("hand", "steam"), probed);
  }

  /** A driver that is not asked for must not be loaded: what it does to the process is unknown. */
  @Test
  void anExplicitChoiceLooksAtItsOwnBackendAlone() {
    assertEquals("hand", devices.choose("hand").info().id());
    assertEquals(List.of("hand"), probed);
  }

  /** A driver takes longer to load than a hand needs for little work. */
  @Test
  void forLittleWorkWhatIsAtHandIsTakenAndNothingElseLookedAt() {
    assertEquals("hand", devices.choose("auto", Work.inferences(10, 20_000_000)).info().id());
    assertEquals(List.of("hand"), probed);
    assertEquals("steam", devices.choose("auto", Work.inferences(10_000, 20_000_000)).info().id());
    assertEquals("steam", devices.choose("auto", Work.UNKNOWN).info().id());
    assertEquals("steam", devices.choose("steam", new Work(1)).info().id());
    Devices steam = Devices.of(List.of(new Loom("steam", 2)), Map.of());
    assertEquals("steam", steam.choose("auto", new Work(1)).info().id());
  }

  /** What was asked of another backend is not for what is at hand. */
  @Test
  void anOptionOfAnotherBackendIsHeeded() {
    Devices heated =
        Devices.of(List.of(new Loom("hand", 1), new Loom("steam", 2)), Map.of("steam-heat", "9"));
    assertEquals("steam", heated.choose("auto", new Work(1)).info().id());
  }

  @Test
  void whatFailsToTellIsNotAtHand() {
    Devices torn = Devices.of(List.of(new Loom("torn", 1), new Loom("steam", 2)), Map.of());
    assertEquals("steam", torn.choose("auto", new Work(1)).info().id());
  }

  @Test
  void aFailedChoiceListsEverything() {
    JacquardException e = assertThrows(JacquardException.class, () -> devices.choose("steam:7"));
    assertEquals(
        List.of(
            "backend steam:7 is not a usable device; found:",
            "  hand (a hand loom): ready",
            "  steam (a steam loom): ready"),
        e.getMessage().lines().toList());
  }

  /** A backend of one device that notes its probes. */
  private final class Loom implements BackendProvider {
    private final String id;
    private final int rank;

    Loom(String id, int rank) {
      this.id = id;
      this.rank = rank;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public List<BackendOption<?>> options() {
      return List.of();
    }

    @Override
    public boolean isAtHand() {
      if (id.equals("torn")) {
        throw new IllegalStateException("a thread is torn");
      }
      return id.equals("hand");
    }

    @Override
    public BackendReport probe(BackendOptions options) {
      probed.add(id);
      DeviceInfo info =
          new DeviceInfo(id, "a " + id + " loom", DeviceInfo.Kind.CPU, "none", 1, Map.of());
      return BackendReport.of(id, List.of(DeviceReport.ready(info, rank)));
    }

    @Override
    public Device open(String deviceId, BackendOptions options) {
      throw new AssertionError("opened " + deviceId);
    }
  }
}
