package dev.jacquard.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunNamesTest {
  private static List<String> names(String first, String second) {
    return RunNames.of(Path.of(first), Path.of(second));
  }

  @Test
  void foldersHaveTheirOwnNames() {
    assertEquals(List.of("run1", "run2"), names("runs/run1", "runs/run2"));
    assertEquals(List.of("run1", "run2"), names("/run1", "/old/run2/."));
    assertEquals(List.of("/", "run2"), names("/", "/run2"));
  }

  @Test
  void equalNamesAreToldApartByTheFoldersAbove() {
    assertEquals(List.of("old/run1", "new/run1"), names("old/run1", "new/run1"));
    assertEquals(List.of("old/a/run1", "new/a/run1"), names("/x/old/a/run1", "/x/new/a/run1"));
    assertEquals(List.of("run1", "old/run1"), names("/run1", "/old/run1"));
    assertEquals(List.of("run1/run1", "a/run1"), names("/a/run1/run1", "/a/run1"));
  }

  @Test
  void aRunBesideItselfHasOneName() {
    assertEquals(List.of("run1", "run1"), names("old/run1", "old/../old/run1"));
  }
}
