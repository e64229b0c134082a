package dev.jacquard.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * What this process takes of the host's memory.
 *
 * @param heapBytes in use after a collection
 * @param peakResidentBytes the most that was resident at once, with native memory; known on Linux
 */
public record HostMemory(long heapBytes, OptionalLong peakResidentBytes) {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Now. */
  static HostMemory now() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return new HostMemory(runtime.totalMemory() - runtime.freeMemory(), peak(STATUS));
  }

  /** The line {@code VmHWM: 123 kB} of a process's status. */
  static OptionalLong peak(Path status) {
    List<String> lines;
    try {
      lines = Files.readAllLines(status);
    } catch (IOException e) {
      return OptionalLong.empty(); // not Linux
    }
    return lines.stream()
        .filter(line -> line.matches("VmHWM:\\s*\\d{1,15} kB"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst();
  }
}
