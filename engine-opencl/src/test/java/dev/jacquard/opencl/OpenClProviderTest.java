package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.DeviceReport;
import dev.jacquard.backend.Devices;
import dev.jacquard.error.JacquardException;
import dev.jacquard.opencl.binding.BindingException;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.binding.ClQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OpenClProviderTest {
  private static BackendReport probe(FakeMachine machine) {
    return new OpenClProvider(name -> machine.binding()).probe(BackendOptions.none());
  }

  @Test
  void isFoundAsAServiceAndLoadsNothingUntilItIsProbed() {
    BackendProvider provider =
        Devices.find(getClass().getClassLoader(), Map.of()).providers().get("opencl");
    assertEquals(OpenClProvider.class, provider.getClass());
    FakeMachine machine = new FakeMachine();
    BackendProvider lazy = new OpenClProvider(name -> machine.binding());
    assertEquals(
        List.of("opencl-binding", "opencl-kernels", "opencl-tuning", "no-cache"),
        lazy.options().stream().map(BackendOption::name).toList());
    assertFalse(machine.asked(), "the constructor asked for the binding");
  }

  @Test
  void reportsEveryDeviceOfEveryPlatform() {
    FakeMachine machine = new FakeMachine();
    machine.add("Alpha", "gpu a", 4).add("Beta", "cpu b", 2, "acc b", 8).add("Empty");
    BackendReport report = probe(machine);
    assertEquals(Optional.empty(), report.problem());
    assertEquals(List.of("opencl:0:0", "opencl:1:0", "opencl:1:1"), ids(report));
    assertEquals(
        List.of(DeviceInfo.Kind.GPU, DeviceInfo.Kind.CPU, DeviceInfo.Kind.ACCELERATOR),
        report.devices().stream().map(device -> device.info().kind()).toList());
    DeviceInfo gpu = report.devices().get(0).info();
    assertEquals("gpu a", gpu.name());
    assertEquals("Alpha DRIVER_VERSION of gpu a", gpu.driver());
    assertEquals(FakeMachine.NUMBER, gpu.memoryBytes());
    assertEquals("DEVICE_VERSION of gpu a", gpu.details().get("version"));
    assertEquals(Long.toString(FakeMachine.NUMBER), gpu.details().get("compute units"));
  }

  @Test
  void ranksGraphicsBeforeTheProcessorAndProcessorsBehindIt() {
    BackendReport report = probe(new FakeMachine().add("Alpha", "gpu a", 4, "cpu b", 2, "acc", 8));
    assertEquals(
        List.of(DeviceReport.GPU_RANK, DeviceReport.EMULATED_RANK, DeviceReport.EMULATED_RANK),
        report.devices().stream().map(DeviceReport::rank).toList());
    assertTrue(report.devices().stream().allMatch(DeviceReport::usable), report.toString());
  }

  @Test
  void ranksGraphicsThatShareTheHostsMemoryBehindThoseThatDoNot() {
    FakeMachine machine = new FakeMachine().add("Alpha", "built in", 4);
    BackendReport report = probe(machine.answering(ClQuery.SHARES_MEMORY, 1));
    assertEquals(DeviceReport.INTEGRATED_RANK, report.devices().get(0).rank());
  }

  @Test
  void saysWhatADeviceLacks() {
    assertLacks(ClQuery.AVAILABLE, 0, "its driver says that it is not available");
    assertLacks(ClQuery.COMPILER, 0, "its driver has no compiler");
    assertLacks(
        ClQuery.LITTLE_ENDIAN,
        1 - FakeMachine.little(),
        "its numbers have another byte order than this machine's");
    assertLacks(ClQuery.FLOATS, 0x3B, "its floats are not rounded to the nearest");
    assertLacks(ClQuery.FLOATS, 0x3D, "its floats know neither infinity nor NaN");
    assertLacks(ClQuery.GROUP_SIZE, 63, "its work-groups have at most 63 items; 64 are needed");
  }

  @Test
  void refusesADriverOfAnOldVersion() {
    FakeMachine machine = new FakeMachine().add("Clover", "gpu a", 4);
    assertLacks(
        machine.answering(ClQuery.DEVICE_VERSION, "OpenCL 1.1 Mesa 22.3.6"),
        "its driver is one of OpenCL 1.1 Mesa 22.3.6; OpenCL 1.2 is needed");
    for (String version : List.of("OpenCL 1.2 CUDA", "OpenCL 1.2", "OpenCL 3.0 PoCL", "unheard")) {
      machine.answering(ClQuery.DEVICE_VERSION, version);
      assertTrue(probe(machine).devices().get(0).usable(), version);
    }
  }

  @Test
  void refusesAnOldSoftwareDeviceThatEndsLoops() {
    FakeMachine machine = new FakeMachine().add("rusticl", "llvmpipe (LLVM 15.0.6, 256 bits)", 2);
    assertLacks(
        machine.answering(ClQuery.DRIVER_VERSION, "22.3.6"),
        "its driver ends a kernel's loops after 65,535 rounds, which Mesa 25 does not");
    machine.answering(ClQuery.DRIVER_VERSION, "25.0.7-2+deb13u1");
    assertTrue(probe(machine).devices().get(0).usable());
  }

  private static void assertLacks(ClQuery query, long answer, String problem) {
    assertLacks(new FakeMachine().add("Alpha", "gpu a", 4).answering(query, answer), problem);
  }

  private static void assertLacks(FakeMachine machine, String problem) {
    DeviceReport report = probe(machine).devices().get(0);
    assertEquals(problem, report.problem().orElseThrow());
    OpenClProvider provider = new OpenClProvider(name -> machine.binding());
    JacquardException e =
        assertThrows(
            JacquardException.class, () -> provider.open("opencl:0:0", BackendOptions.none()));
    assertEquals(
        "opencl:0:0: " + problem + "; choose another device, or install another driver for it",
        e.getMessage());
  }

  @Test
  void saysThatThereIsNoSuchDevice() {
    OpenClProvider provider =
        new OpenClProvider(name -> new FakeMachine().add("Alpha", "gpu a", 4).binding());
    for (String id : List.of("opencl:0:1", "opencl:1:0", "opencl:0", "opencl:0:0:0", "opencl")) {
      JacquardException e =
          assertThrows(JacquardException.class, () -> provider.open(id, BackendOptions.none()), id);
      assertEquals(
          "no device " + id + "; \"jacquard devices\" lists those there are", e.getMessage());
    }
  }

  @Test
  void onlyAProcessorThatIsToComputeInTilesIsWarnedOf() {
    FakeMachine machine = new FakeMachine().add("Alpha", "gpu a", 4, "cpu b", 2);
    OpenClProvider provider = new OpenClProvider(name -> machine.binding());
    List<DeviceReport> devices = provider.probe(BackendOptions.none()).devices();
    for (String kernels : List.of("auto", "rows", "tiles")) {
      BackendOptions options =
          BackendOptions.parse(provider.options(), Map.of("opencl-kernels", kernels));
      assertEquals(List.of(), provider.warnings(devices.get(0).info(), options));
      List<String> ofProcessor = provider.warnings(devices.get(1).info(), options);
      assertEquals(kernels.equals("tiles") ? 1 : 0, ofProcessor.size(), kernels);
    }
  }

  @Test
  void saysWhatIsMissingWhenItIsOpened() {
    FakeMachine machine = new FakeMachine();
    machine.breakBinding(new BindingException("no OpenCL loader", "install it", null));
    OpenClProvider provider = new OpenClProvider(name -> machine.binding());
    JacquardException e =
        assertThrows(
            JacquardException.class, () -> provider.open("opencl:0:0", BackendOptions.none()));
    assertEquals("no OpenCL loader; install it", e.getMessage());
  }

  @Test
  void showsTheDevicesBesideABrokenPlatform() {
    FakeMachine machine = new FakeMachine();
    machine.add("Broken", "never seen", 4).add("Sound", "cpu b", 2);
    machine.breakPlatform("Broken", new ClException("clGetDeviceIDs", -6));
    BackendReport report = probe(machine);
    assertEquals(List.of("opencl:0", "opencl:1:0"), ids(report));
    assertEquals(
        "its driver fails (clGetDeviceIDs: CL_OUT_OF_HOST_MEMORY (-6))",
        report.devices().get(0).problem().orElseThrow());
    assertEquals("Broken", report.devices().get(0).info().name());
    assertEquals("cpu b", report.devices().get(1).info().name());
  }

  @Test
  void showsTheDevicesBesideABrokenOne() {
    FakeMachine machine = new FakeMachine();
    machine.add("Alpha", "gpu a", 4, "gpu b", 4);
    machine.breakDevice("gpu a", new UnsatisfiedLinkError("no symbol"));
    BackendReport report = probe(machine);
    assertEquals(List.of("opencl:0:0", "opencl:0:1"), ids(report));
    assertEquals("its driver fails (no symbol)", report.devices().get(0).problem().orElseThrow());
    assertEquals("gpu b", report.devices().get(1).info().name());
  }

  @Test
  void saysWhatIsMissing() {
    assertProblem(
        probe(new FakeMachine()),
        "loader but no driver",
        "install pocl-opencl-icd or your GPU's driver");
    assertProblem(
        probe(new FakeMachine().add("Empty")),
        "the OpenCL drivers find no device",
        "check that this user may access it, or install pocl-opencl-icd");
    assertProblem(
        probeFailing(new BindingException("no OpenCL loader", "install ocl-icd-libopencl1", null)),
        "no OpenCL loader",
        "install ocl-icd-libopencl1");
  }

  @Test
  void reportsWhateverItsBindingThrows() {
    assertProblem(
        probeFailing(new NoClassDefFoundError("org/lwjgl/opencl/CL")),
        "OpenCL fails (org/lwjgl/opencl/CL)",
        "install the loader again");
    assertProblem(
        probeFailing(new IllegalStateException()),
        "OpenCL fails (IllegalStateException)",
        "install the loader again");
  }

  private static BackendReport probeFailing(Throwable failure) {
    FakeMachine machine = new FakeMachine();
    machine.breakBinding(failure);
    return probe(machine);
  }

  @Test
  void listsTheDevicesOfThisMachine() {
    FoundDevice.first();
    BackendReport report = new OpenClProvider().probe(BackendOptions.none());
    assertFalse(report.devices().isEmpty());
    for (DeviceReport device : report.devices()) {
      DeviceInfo info = device.info();
      assertTrue(info.id().matches("opencl:\\d+:\\d+"), info.id());
      assertFalse(info.name().isBlank());
      assertTrue(info.memoryBytes() > 1 << 20, "memory: " + info.memoryBytes());
      assertTrue(info.details().get("version").startsWith("OpenCL "), info.toString());
      assertTrue(Integer.parseInt(info.details().get("compute units")) > 0, info.toString());
    }
  }

  private static List<String> ids(BackendReport report) {
    return report.devices().stream().map(device -> device.info().id()).toList();
  }

  private static void assertProblem(BackendReport report, String problem, String remedy) {
    assertEquals(List.of(), report.devices());
    assertEquals(problem, report.problem().orElseThrow());
    assertEquals(remedy, report.remedy().orElseThrow());
  }
}
