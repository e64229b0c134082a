package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.error.JacquardException;
import dev.jacquard.opencl.binding.BindingException;
import dev.jacquard.opencl.binding.Bindings;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClQuery;
import dev.jacquard.opencl.plan.Context;
import dev.jacquard.opencl.plan.Limits;
import dev.jacquard.opencl.program.CacheFolder;
import dev.jacquard.opencl.program.DriverIdentity;
import dev.jacquard.opencl.program.ProgramCache;
import dev.jacquard.opencl.tuning.Chooser;
import dev.jacquard.opencl.tuning.Tuning;
import dev.jacquard.opencl.tuning.TuningStore;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The OpenCL backend: every device of every driver, under ids {@code opencl:PLATFORM:DEVICE}.
 * Processors that a driver makes into a device rank behind the cpu backend.
 */
public final class OpenClProvider implements BackendProvider {
  static final String ID = "opencl";

  /** Which library calls OpenCL. */
  public static final BackendOption<String> BINDING =
      BackendOption.of(
          "opencl-binding",
          String.join("|", Bindings.NAMES),
          "Library that calls OpenCL; auto is LWJGL, or JOCL where that cannot be loaded.",
          Bindings.NAMES.get(0),
          text -> oneOf(Bindings.NAMES, text));

  /** Whether compiled programs are neither read from the user's cache nor kept there. */
  public static final BackendOption<Boolean> NO_CACHE =
      BackendOption.flag("no-cache", "Compile every OpenCL program anew, and keep none.");

  /** Which bodies the kernels of products have. */
  public static final BackendOption<String> KERNELS =
      BackendOption.of(
          "opencl-kernels",
          String.join("|", Limits.KERNELS),
          "How fused plans multiply: rows suit processors, tiles graphics processors; auto asks"
              + " the device.",
          Limits.KERNELS.get(0),
          text -> oneOf(Limits.KERNELS, text));

  private static final String BY_KNOWLEDGE = "auto";
  private static final String NO_TUNING = "none";

  /** What a run folder says: the name of a tuning that was kept. */
  private static final Pattern PINNED = Pattern.compile("[0-9a-f]{16}");

  /** Whether launches are cut as tuning found to be fast. */
  public static final BackendOption<String> TUNING =
      BackendOption.of(
          "opencl-tuning",
          BY_KNOWLEDGE + "|" + NO_TUNING,
          "How launches are cut: auto as \"tune\" found on this device, or as is known of such;"
              + " none by rule.",
          BY_KNOWLEDGE,
          OpenClProvider::tuning);

  private final Function<String, ClApi> binding;

  /** Loads nothing; the first {@link #probe} does. */
  public OpenClProvider() {
    this(Bindings::of);
  }

  OpenClProvider(Function<String, ClApi> binding) {
    this.binding = binding;
  }

  private static String tuning(String text) {
    return PINNED.matcher(text).matches() ? text : oneOf(List.of(BY_KNOWLEDGE, NO_TUNING), text);
  }

  private static String oneOf(List<String> names, String text) {
    if (!names.contains(text)) {
      throw new IllegalArgumentException("expected one of " + String.join(", ", names));
    }
    return text;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<BackendOption<?>> options() {
    return List.of(BINDING, KERNELS, TUNING, NO_CACHE);
  }

  @Override
  public BackendReport probe(BackendOptions options) {
    return Probe.of(() -> binding.apply(options.get(BINDING)));
  }

  @Override
  public List<String> warnings(DeviceInfo info, BackendOptions options) {
    return info.kind() == DeviceInfo.Kind.CPU && options.get(KERNELS).equals("tiles")
        ? List.of(
            info.id()
                + " is a processor, and tiles are for graphics processors: it computes many times"
                + " slower than with rows, which auto takes")
        : List.of();
  }

  @Override
  public Device open(String deviceId, BackendOptions options) {
    ClApi cl = load(options);
    List<Long> platforms = cl.platforms();
    for (int p = 0; p < platforms.size(); p++) {
      if (deviceId.startsWith(ID + ":" + p + ":")) {
        List<Long> devices = cl.devices(platforms.get(p));
        for (int d = 0; d < devices.size(); d++) {
          if (deviceId.equals(ID + ":" + p + ":" + d)) {
            return open(cl, deviceId, platforms.get(p), devices.get(d), options);
          }
        }
      }
    }
    throw new JacquardException(
        "no device " + deviceId + "; \"jacquard devices\" lists those there are");
  }

  private ClApi load(BackendOptions options) {
    try {
      return binding.apply(options.get(BINDING));
    } catch (BindingException e) {
      throw new JacquardException(e.problem() + "; " + e.remedy(), e);
    }
  }

  private static Device open(
      ClApi cl, String id, long platform, long device, BackendOptions options) {
    String platformName = cl.platformText(platform, ClQuery.PLATFORM_NAME);
    DeviceInfo info = Probe.info(cl, id, platformName, device);
    Requirements.unmet(cl, device)
        .ifPresent(
            problem -> {
              throw new JacquardException(id + ": " + problem + "; " + Probe.ANOTHER);
            });
    DriverIdentity driver = DriverIdentity.of(cl, platform, device);
    TuningStore tunings =
        new TuningStore(
            CacheFolder.ofUser().map(folder -> folder.resolve("tuning")),
            driver.device(),
            driver.driver(),
            platformName);
    Tuning tuning = tuning(tunings, options.get(TUNING));
    Context.ProgramBuilder anew = builder(cl, driver, ProgramCache.none());
    Context context =
        new Context(
            cl,
            platform,
            device,
            id,
            driver.toString(),
            Limits.of(cl, device, options.get(KERNELS)),
            Chooser.of(tuning),
            options.get(NO_CACHE) ? anew : builder(cl, driver, ProgramCache.ofUser(driver)));
    Supplier<Map<String, String>> pin =
        () ->
            Map.of(
                TUNING.name(),
                tuning.equals(Tuning.NONE)
                    ? NO_TUNING
                    : tunings.pin(tuning).orElse(options.get(TUNING)));
    return new OpenClDevice(info, context, new OpenClTuner(context, anew, tunings), pin);
  }

  private static Context.ProgramBuilder builder(
      ClApi cl, DriverIdentity driver, ProgramCache cache) {
    return (handle, on, source, defines) -> cache.program(cl, handle, on, driver, source, defines);
  }

  private static Tuning tuning(TuningStore tunings, String which) {
    return switch (which) {
      case NO_TUNING -> Tuning.NONE;
      case BY_KNOWLEDGE -> tunings.known();
      default -> tunings.pinned(which);
    };
  }
}
