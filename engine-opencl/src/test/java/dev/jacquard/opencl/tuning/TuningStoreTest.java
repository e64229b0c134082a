package dev.jacquard.opencl.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TuningStoreTest {
  private static final String LAUNCH = "fold 3x3";
  private static final Space SPACE =
      Space.of(choice -> choice.of("m") != 3).with("m", 4, List.of(1, 2, 3));

  @TempDir Path folder;

  private TuningStore store(String driver) {
    return new TuningStore(Optional.of(folder.resolve("t")), "A Device (TM)", driver, "Nobody");
  }

  private static Tuning found() {
    return Tuning.NONE.with(LAUNCH, Choice.NONE.with("m", 2));
  }

  @Test
  void keepsWhatIsFoundByDeviceAndDriver() {
    assertEquals(Tuning.NONE, store("1").known());
    store("1").keep(found());
    assertEquals(found(), store("1").known());
    assertEquals(Tuning.NONE, store("2").known());
    assertEquals(found(), TuningText.parse("text", store("1").text(found())).tuning());
  }

  /** A copy would hide what a later program brings. */
  @Test
  void keepsWhatASearchWonAndNotWhatCameWithTheProgram() {
    TuningStore store =
        new TuningStore(Optional.of(folder), "NVIDIA H100 80GB HBM3", "1", "NVIDIA Corporation");
    Tuning shipped = store.known();
    assertFalse(shipped.choices().isEmpty());
    assertFalse(store.keepWon(shipped, shipped));
    assertEquals(Tuning.NONE, store.found());

    store.keep(found());
    Tuning known = store.known();
    Choice three = Choice.NONE.with("m", 3);
    assertTrue(store.keepWon(known.with("fold 5x5", three), known));
    assertEquals(found().with("fold 5x5", three), store.found());

    String launch = shipped.choices().firstKey();
    known = store.known();
    assertTrue(store.keepWon(known.with(launch, three), known));
    assertEquals(found().with("fold 5x5", three).with(launch, three), store.found());
  }

  @Test
  void whatAnotherVersionOfAKernelWasFastWithIsForgotten() {
    String text = store("1").text(found());
    String other = text.replaceFirst("family fold \\w+", "family fold 0123456789abcdef");
    assertTrue(!other.equals(text), text);
    assertEquals(Tuning.NONE, TuningText.parse("text", other).tuning());
  }

  @Test
  void whatCannotBeReadIsNotKnown() throws IOException {
    store("1").keep(found());
    try (var files = Files.list(folder.resolve("t"))) {
      Files.writeString(files.findFirst().orElseThrow(), "rubbish");
    }
    assertEquals(Tuning.NONE, store("1").known());
  }

  @Test
  void findsAgainWhatWasPinnedWhateverIsFoundLater() {
    String name = store("1").pin(found()).orElseThrow();
    assertEquals(name, store("1").pin(found()).orElseThrow());
    store("1").keep(Tuning.NONE.with(LAUNCH, Choice.NONE.with("m", 1)));
    assertEquals(found(), store("1").pinned(name));
    JacquardException e =
        assertThrows(JacquardException.class, () -> store("1").pinned("0123456789abcdef"));
    assertTrue(e.getMessage().startsWith("the tuning 0123456789abcdef is not on this machine"));
  }

  /** Whether its kernels are still those that it was found with, only the device can tell. */
  @Test
  void whatCameWithTheProgramCanBeRead() throws IOException {
    try (var file = TuningStore.class.getResourceAsStream("nvidia-h100-80gb-hbm3.tuning")) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals("NVIDIA H100 80GB HBM3", TuningText.parse("it", text).device());
    }
    String device = "NVIDIA H100 80GB HBM3";
    new TuningStore(Optional.empty(), device, "any", "NVIDIA CUDA").known();
  }

  @Test
  void withoutAFolderNothingIsKept() {
    TuningStore none = new TuningStore(Optional.empty(), "A Device (TM)", "1", "Nobody");
    assertEquals(Tuning.NONE, none.known());
    JacquardException e = assertThrows(JacquardException.class, () -> none.keep(found()));
    assertEquals("there is no folder for tunings; set JACQUARD_CACHE", e.getMessage());
    assertEquals(Optional.empty(), none.pin(found()));
  }

  @Test
  void aChoiceThatTheDeviceDoesNotAllowIsNotTaken() {
    assertEquals(2, found().choose(LAUNCH, SPACE).of("m"));
    for (int illegal : new int[] {3, 7}) {
      Tuning tuning = Tuning.NONE.with(LAUNCH, Choice.NONE.with("m", illegal));
      assertEquals(4, tuning.choose(LAUNCH, SPACE).of("m"), "of " + illegal);
    }
    Tuning other = Tuning.NONE.with(LAUNCH, Choice.NONE.with("n", 2));
    assertEquals(4, other.choose(LAUNCH, SPACE).of("m"));
    assertEquals(4, found().choose("fold 5x5", SPACE).of("m"));
  }

  @Test
  void goesFromOneLegalValueToTheNext() {
    Choice preset = SPACE.preset();
    assertEquals(Optional.empty(), SPACE.next(preset, "m", true));
    Choice down = SPACE.next(preset, "m", false).orElseThrow();
    assertEquals(2, down.of("m"));
    assertEquals(preset, SPACE.next(down, "m", true).orElseThrow());
  }
}
