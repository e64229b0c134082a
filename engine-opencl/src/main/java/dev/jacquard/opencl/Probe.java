package dev.jacquard.opencl;

import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.DeviceReport;
import dev.jacquard.opencl.binding.BindingException;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Looks at every device of every platform. What fails is reported, and does not hide the rest. */
final class Probe {
  private static final String REINSTALL =
      "install the driver again, or remove its file from /etc/OpenCL/vendors";

  /** What helps where a device lacks something. */
  static final String ANOTHER = "choose another device, or install another driver for it";

  private final ClApi cl;
  private final List<DeviceReport> reports = new ArrayList<>();

  private Probe(ClApi cl) {
    this.cl = cl;
  }

  static BackendReport of(Supplier<ClApi> binding) {
    try {
      return new Probe(binding.get()).report();
    } catch (BindingException e) {
      return BackendReport.unavailable(OpenClProvider.ID, e.problem(), e.remedy());
    } catch (RuntimeException | LinkageError e) {
      return BackendReport.unavailable(
          OpenClProvider.ID, "OpenCL fails (" + reason(e) + ")", "install the loader again");
    }
  }

  private BackendReport report() {
    List<Long> platforms = cl.platforms();
    if (platforms.isEmpty()) {
      return BackendReport.unavailable(
          OpenClProvider.ID,
          "loader but no driver",
          "install pocl-opencl-icd or your GPU's driver");
    }
    for (int p = 0; p < platforms.size(); p++) {
      visitPlatform(OpenClProvider.ID + ":" + p, platforms.get(p));
    }
    if (reports.isEmpty()) {
      return BackendReport.unavailable(
          OpenClProvider.ID,
          "the OpenCL drivers find no device",
          "check that this user may access it, or install pocl-opencl-icd");
    }
    return BackendReport.of(OpenClProvider.ID, reports);
  }

  private void visitPlatform(String id, long platform) {
    String name = "unnamed platform";
    try {
      name = cl.platformText(platform, ClQuery.PLATFORM_NAME);
      List<Long> devices = cl.devices(platform);
      for (int d = 0; d < devices.size(); d++) {
        visitDevice(id + ":" + d, name, devices.get(d));
      }
    } catch (RuntimeException | LinkageError e) {
      reports.add(broken(id, name, e));
    }
  }

  private void visitDevice(String id, String platformName, long device) {
    try {
      DeviceInfo info = info(cl, id, platformName, device);
      int rank = rank(info.kind(), device);
      reports.add(
          Requirements.unmet(cl, device)
              .map(problem -> DeviceReport.unusable(info, problem, ANOTHER))
              .orElseGet(() -> DeviceReport.ready(info, rank)));
    } catch (RuntimeException | LinkageError e) {
      reports.add(broken(id, platformName, e));
    }
  }

  /** Accelerators are mostly what a driver makes of the processor, as Intel's for FPGAs does. */
  private int rank(DeviceInfo.Kind kind, long device) {
    if (kind != DeviceInfo.Kind.GPU) {
      return DeviceReport.EMULATED_RANK;
    }
    boolean integrated = cl.deviceNumber(device, ClQuery.SHARES_MEMORY) == 1;
    return integrated ? DeviceReport.INTEGRATED_RANK : DeviceReport.GPU_RANK;
  }

  /** What a device says of itself. */
  static DeviceInfo info(ClApi cl, String id, String platformName, long device) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("platform", platformName);
    details.put("version", cl.deviceText(device, ClQuery.DEVICE_VERSION));
    details.put("compute units", number(cl, device, ClQuery.COMPUTE_UNITS));
    details.put("local memory", number(cl, device, ClQuery.LOCAL_MEMORY));
    details.put("group size", number(cl, device, ClQuery.GROUP_SIZE));
    return new DeviceInfo(
        id,
        cl.deviceText(device, ClQuery.DEVICE_NAME),
        kind(cl.deviceNumber(device, ClQuery.DEVICE_TYPE)),
        platformName + " " + cl.deviceText(device, ClQuery.DRIVER_VERSION),
        cl.deviceNumber(device, ClQuery.GLOBAL_MEMORY),
        details);
  }

  private static String number(ClApi cl, long device, ClQuery query) {
    return Long.toString(cl.deviceNumber(device, query));
  }

  private static DeviceInfo.Kind kind(long type) {
    if ((type & ClQuery.TYPE_GPU) != 0) {
      return DeviceInfo.Kind.GPU;
    }
    return (type & ClQuery.TYPE_CPU) != 0 ? DeviceInfo.Kind.CPU : DeviceInfo.Kind.ACCELERATOR;
  }

  /** What is known of a device, or a whole platform, that cannot even be asked. */
  private static DeviceReport broken(String id, String name, Throwable e) {
    DeviceInfo info = new DeviceInfo(id, name, DeviceInfo.Kind.ACCELERATOR, "unknown", 0, Map.of());
    return DeviceReport.unusable(info, "its driver fails (" + reason(e) + ")", REINSTALL);
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
