package dev.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMemoryTest {
  @TempDir Path folder;

  private OptionalLong peak(String status) throws IOException {
    return HostMemory.peak(Files.writeString(folder.resolve("status"), status));
  }

  @Test
  void thePeakIsReadFromWhatLinuxSays() throws IOException {
    assertEquals(
        OptionalLong.of(3 << 20), peak("VmPeak:\t  9 kB\nVmHWM:\t    3072 kB\nVmRSS:\t 2 kB\n"));
    assertEquals(OptionalLong.empty(), peak("VmRSS:\t 2 kB\n"));
    assertEquals(OptionalLong.empty(), peak("VmHWM:\t 2 MB\n"));
    assertEquals(OptionalLong.empty(), HostMemory.peak(folder.resolve("missing")));
  }

  @Test
  void thisProcessHasAHeapWithinWhatIsResident() {
    HostMemory now = HostMemory.now();
    assertTrue(now.heapBytes() > 0);
    assertTrue(now.peakResidentBytes().orElse(Long.MAX_VALUE) > now.heapBytes());
  }
}
