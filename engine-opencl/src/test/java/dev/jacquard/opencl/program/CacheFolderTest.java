package dev.jacquard.opencl.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CacheFolderTest {
  private static Path folder(Map<String, String> environment, String system) {
    return CacheFolder.of(environment, system, "/home/ada").orElseThrow();
  }

  @Test
  void theUsersOwnComesFirst() {
    Map<String, String> both = Map.of("JACQUARD_CACHE", "/own", "XDG_CACHE_HOME", "/xdg");
    assertEquals(Path.of("/own"), folder(both, "Linux"));
    assertEquals(Path.of("own").toAbsolutePath(), folder(Map.of("JACQUARD_CACHE", "own"), "Linux"));
  }

  @Test
  void xdgComesBeforeTheSystems() {
    Map<String, String> xdg = Map.of("JACQUARD_CACHE", "", "XDG_CACHE_HOME", "/xdg");
    assertEquals(Path.of("/xdg/jacquard/opencl"), folder(xdg, "Linux"));
    assertEquals(Path.of("/xdg/jacquard/opencl"), folder(xdg, "Mac OS X"));
    assertEquals(
        Path.of("/home/ada/.cache/jacquard/opencl"),
        folder(Map.of("XDG_CACHE_HOME", "relative"), "Linux"));
  }

  @Test
  void everySystemHasItsOwn() {
    assertEquals(Path.of("/home/ada/.cache/jacquard/opencl"), folder(Map.of(), "Linux"));
    assertEquals(Path.of("/home/ada/Library/Caches/jacquard/opencl"), folder(Map.of(), "Mac OS X"));
    assertEquals(
        Path.of("/home/ada/AppData/Local/jacquard/opencl"), folder(Map.of(), "Windows 11"));
    assertEquals(
        Path.of("/local/jacquard/opencl"), folder(Map.of("LOCALAPPDATA", "/local"), "Windows 11"));
  }

  @Test
  void whatIsNoPathIsNoFolder() {
    assertEquals(
        Optional.empty(), CacheFolder.of(Map.of("JACQUARD_CACHE", "a\0b"), "Linux", "/home/ada"));
  }
}
