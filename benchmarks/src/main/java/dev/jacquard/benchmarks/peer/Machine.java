package dev.jacquard.benchmarks.peer;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.cpu.CpuProvider;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * Where and when something was measured.
 *
 * @param processor its name
 * @param processors how many the JVM may use
 * @param system operating system
 * @param jdk version and vendor
 * @param date of the measurement
 */
record Machine(String processor, int processors, String system, String jdk, String date) {

  /** This machine, now. */
  static Machine here() {
    DeviceInfo cpu = new CpuProvider().probe(BackendOptions.none()).devices().get(0).info();
    return new Machine(
        cpu.name(),
        Runtime.getRuntime().availableProcessors(),
        property("os.name") + " " + property("os.version") + " " + property("os.arch"),
        property("java.version") + " (" + property("java.vendor") + ")",
        LocalDate.now(ZoneId.systemDefault()).toString());
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
