package dev.jacquard.backend;

import dev.jacquard.error.JacquardException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The backends and devices of this machine: finds them, isolates broken ones, and opens the one
 * that a user chose. Each instance looks anew.
 */
public final class Devices {
  /** The choice that takes the usable device of the highest rank. */
  public static final String AUTO = "auto";

  private final Map<String, BackendProvider> providers = new LinkedHashMap<>();
  private final List<BackendReport> broken = new ArrayList<>();
  private final Map<String, String> texts;

  private Devices(Map<String, String> texts) {
    this.texts = Map.copyOf(texts);
  }

  /**
   * Finds the providers that {@code loader} sees.
   *
   * @param texts backend options by name, as users wrote them
   * @throws JacquardException if two providers have one id
   */
  public static Devices find(ClassLoader loader, Map<String, String> texts) {
    Devices devices = new Devices(texts);
    Iterator<BackendProvider> found = ServiceLoader.load(BackendProvider.class, loader).iterator();
    while (devices.next(found)) {}
    return devices;
  }

  /** Those of these providers, without looking for others. */
  public static Devices of(List<BackendProvider> providers, Map<String, String> texts) {
    Devices devices = new Devices(texts);
    providers.forEach(devices::add);
    return devices;
  }

  private boolean next(Iterator<BackendProvider> found) {
    BackendProvider provider;
    try {
      if (!found.hasNext()) {
        return false;
      }
      provider = found.next();
      provider.id();
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      broken.add(
          BackendReport.unavailable(
              "unknown",
              "a provider could not be loaded: " + reason(e),
              "remove or update its jar"));
      return true;
    }
    add(provider);
    return true;
  }

  private static String reason(Throwable e) {
    return e instanceof ServiceConfigurationError ? e.getMessage() : e.toString();
  }

  private void add(BackendProvider provider) {
    BackendProvider other = providers.putIfAbsent(provider.id(), provider);
    if (other != null) {
      throw new JacquardException(
          "two backends are named "
              + provider.id()
              + ": "
              + other.getClass().getName()
              + " and "
              + provider.getClass().getName()
              + "; remove one of their jars");
    }
  }

  /** The providers by id. */
  public Map<String, BackendProvider> providers() {
    return Map.copyOf(providers);
  }

  /**
   * What every backend reports, in the order found; a backend whose probe fails is reported, not
   * thrown.
   */
  public List<BackendReport> reports() {
    List<BackendReport> reports = new ArrayList<>();
    providers.values().forEach(provider -> reports.add(probe(provider)));
    reports.addAll(broken);
    return reports;
  }

  /** What one provider reports, whatever it throws. A user's mistake in an option goes through. */
  private BackendReport probe(BackendProvider provider) {
    List<BackendOption<?>> declared;
    try {
      declared = provider.options();
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      return failed(provider, e.toString());
    }
    BackendOptions options = BackendOptions.parse(declared, texts);
    try {
      BackendReport report = provider.probe(options);
      return report == null ? failed(provider, "it reports nothing") : checked(provider, report);
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      return failed(provider, e.toString());
    }
  }

  /** The report, if its devices can be found again by their ids. */
  private static BackendReport checked(BackendProvider provider, BackendReport report) {
    for (DeviceReport device : report.devices()) {
      String id = device.info().id();
      if (!isOf(provider, id)) {
        String expected = provider.id() + " or " + provider.id() + ":NAME";
        return failed(
            provider, "expected devices with the id " + expected + ", received one of " + id);
      }
    }
    return report;
  }

  private static BackendReport failed(BackendProvider provider, String why) {
    return BackendReport.unavailable(
        provider.id(), "its probe failed: " + why, "report this to the backend's authors");
  }

  /**
   * Chooses a device. Only the backends that can have it are probed, because a probe loads drivers
   * into this process; if there is none, the rest are probed too, to tell what could be chosen.
   *
   * @param choice {@code auto}, a backend's id (its best device), or a device's id
   * @throws JacquardException if there is no such device or it cannot be used; the message lists
   *     everything found
   */
  public DeviceReport choose(String choice) {
    return best(choice, provider -> choice.equals(AUTO) || isOf(provider, choice))
        .orElseThrow(() -> new JacquardException(failure(choice, reports())));
  }

  /**
   * Chooses a device for so much work. For little, {@code auto} takes one that is {@linkplain
   * BackendProvider#isAtHand at hand} if its backend has all options given; otherwise as {@link
   * #choose(String)}.
   */
  public DeviceReport choose(String choice, Work work) {
    boolean soonest = choice.equals(AUTO) && work.isLittle();
    return (soonest ? best(choice, this::isAtHand) : Optional.<DeviceReport>empty())
        .orElseGet(() -> choose(choice));
  }

  private boolean isAtHand(BackendProvider provider) {
    try {
      return provider.isAtHand()
          && provider.options().stream()
              .map(BackendOption::name)
              .collect(Collectors.toSet())
              .containsAll(texts.keySet());
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      return false;
    }
  }

  /** The usable device of the highest rank of some providers. */
  private Optional<DeviceReport> best(String choice, Predicate<BackendProvider> among) {
    return providers.values().stream()
        .filter(among)
        .flatMap(provider -> probe(provider).devices().stream())
        .filter(device -> device.usable() && matches(choice, device.info().id()))
        .max(Comparator.comparingInt(DeviceReport::rank));
  }

  private static boolean isOf(BackendProvider provider, String choice) {
    return DeviceInfo.backendOf(choice).equals(provider.id());
  }

  private static boolean matches(String choice, String device) {
    return choice.equals(AUTO) || device.equals(choice) || device.startsWith(choice + ":");
  }

  /** Opens a device that {@link #choose} returned. */
  public Device open(DeviceReport report) {
    BackendProvider provider = provider(report);
    return provider.open(report.info().id(), BackendOptions.parse(provider.options(), texts));
  }

  /** Whose device it is that {@link #choose} returned. */
  public BackendProvider provider(DeviceReport report) {
    return providers.get(report.info().backend());
  }

  private static String failure(String choice, List<BackendReport> reports) {
    if (reports.isEmpty()) {
      return "no backend was found; put the jar of one, such as engine-cpu, on the class path";
    }
    StringBuilder text = new StringBuilder();
    text.append(
        choice.equals(AUTO)
            ? "no usable device was found; found:"
            : "backend " + choice + " is not a usable device; found:");
    for (BackendReport report : reports) {
      report.problem().ifPresent(problem -> line(text, report.backend(), problem, report.remedy()));
      for (DeviceReport device : report.devices()) {
        line(
            text,
            device.info().id() + " (" + device.info().name() + ")",
            device.problem().orElse("ready"),
            device.remedy());
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String what, String state, Optional<String> remedy) {
    text.append(System.lineSeparator()).append("  ").append(what).append(": ").append(state);
    remedy.ifPresent(to -> text.append("; ").append(to));
  }
}
