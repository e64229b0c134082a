package dev.jacquard.cli.option;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.DeviceReport;
import dev.jacquard.backend.Devices;
import dev.jacquard.backend.Work;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Invocation;
import dev.jacquard.error.JacquardException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The device that a command computes on.
 *
 * @param report what it is
 * @param provider its backend
 * @param options for the backend
 */
public record DeviceChoice(DeviceReport report, BackendProvider provider, BackendOptions options) {

  /**
   * Chooses.
   *
   * @param loader where backends are looked for
   * @param backend {@code auto}, a backend's id or a device's
   * @param texts backend options by name
   * @param work that it is for, as far as is known
   * @throws UsageException if an option is not one of the chosen backend's, or its value is wrong
   * @throws JacquardException if there is no such device or it cannot be used
   */
  public static DeviceChoice of(
      ClassLoader loader, String backend, Map<String, String> texts, Work work) {
    Devices devices = devices(loader, texts);
    DeviceReport report = devices.choose(backend, work);
    BackendProvider provider = devices.provider(report);
    for (String name : texts.keySet()) {
      if (!declares(provider, name)) {
        throw new UsageException(
            "--"
                + name
                + " is an option of "
                + String.join(" and ", declaring(devices, name))
                + ", but --backend "
                + backend
                + " chose "
                + report.info().id()
                + ", which has no such option; leave it out, or choose a backend that has it");
      }
    }
    return of(report, provider, texts);
  }

  /** Every usable device whose backend has these options, the best one first. */
  public static List<DeviceChoice> usable(ClassLoader loader, Map<String, String> texts) {
    Devices devices = devices(loader, texts);
    return devices.reports().stream()
        .flatMap(backend -> backend.devices().stream())
        .filter(DeviceReport::usable)
        .filter(device -> declaresAll(devices.provider(device), texts.keySet()))
        .sorted(Comparator.comparingInt(DeviceReport::rank).reversed())
        .map(device -> of(device, devices.provider(device), texts))
        .toList();
  }

  private static DeviceChoice of(
      DeviceReport report, BackendProvider provider, Map<String, String> texts) {
    return new DeviceChoice(report, provider, BackendOptions.parse(provider.options(), texts));
  }

  /**
   * Checks that a choice from the command line is of a backend that there is. Whether that one has
   * such a device, and whether it can be used, is the machine's matter and no wrong usage.
   *
   * @param loader where backends are looked for
   * @param backend {@code auto}, a backend's id or a device's
   * @throws UsageException if there is no such backend, and none that could not be loaded
   */
  static void requireKnown(ClassLoader loader, String backend) {
    if (backend.equals(Devices.AUTO)) {
      return;
    }
    Devices devices = Devices.find(loader, Map.of());
    Set<String> known = new TreeSet<>(devices.providers().keySet());
    // One that could not be loaded may be the one that is meant; the choice then tells what is
    // wrong with it.
    if (known.contains(DeviceInfo.backendOf(backend)) || devices.reports().size() > known.size()) {
      return;
    }
    throw new UsageException(
        "--backend: expected auto, "
            + String.join(", ", known)
            + " or the id of a device that \""
            + Invocation.command()
            + " devices\" lists, received "
            + backend);
  }

  /**
   * The devices of this machine under these options.
   *
   * @throws UsageException if a value is not what its option takes
   */
  public static Devices devices(ClassLoader loader, Map<String, String> texts) {
    Devices devices = Devices.find(loader, texts);
    for (BackendProvider provider : devices.providers().values()) {
      try {
        BackendOptions.parse(provider.options(), texts);
      } catch (JacquardException e) {
        throw new UsageException("--" + e.getMessage(), e);
      }
    }
    return devices;
  }

  private static boolean declares(BackendProvider provider, String name) {
    return provider.options().stream().map(BackendOption::name).anyMatch(name::equals);
  }

  private static boolean declaresAll(BackendProvider provider, Collection<String> names) {
    return names.stream().allMatch(name -> declares(provider, name));
  }

  private static List<String> declaring(Devices devices, String name) {
    return new TreeMap<>(devices.providers())
        .entrySet().stream()
            .filter(entry -> declares(entry.getValue(), name))
            .map(Map.Entry::getKey)
            .toList();
  }

  /** What it is. */
  public DeviceInfo info() {
    return report.info();
  }

  /** Opens it. */
  public Device open() {
    return provider.open(info().id(), options);
  }

  /** Says which it is, and what speaks against its options. */
  public void tell(Console console, boolean quiet) {
    console.note(quiet, "Device: " + title());
    provider
        .warnings(info(), options)
        .forEach(warning -> console.note(quiet, "Warning: " + warning));
  }

  /** For people: {@code cpu (AMD EPYC 9654)}. */
  public String title() {
    return info().id() + " (" + info().name() + ")";
  }
}
