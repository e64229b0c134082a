package dev.jacquard.model;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceReport;
import dev.jacquard.backend.Devices;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a model computes on, and how.
 *
 * @param backend {@code auto} for the fastest device, a backend's id or a device's: {@code cpu},
 *     {@code opencl:0:0}
 * @param backendOptions options of that backend by name, as the command takes them behind {@code
 *     --}: {@code threads} to {@code 2}; a flag to {@code true}
 * @param seed of initial weights and dropout
 * @param precision of multiplications
 * @param samples how they are stored: bytes are scaled to [0, 1], floats are taken as they are
 * @param loader where backends and layers are looked for
 */
public record ModelOptions(
    String backend,
    Map<String, String> backendOptions,
    long seed,
    Precision precision,
    DType samples,
    ClassLoader loader) {

  /** Copies the map. */
  public ModelOptions {
    Objects.requireNonNull(backend, "backend");
    backendOptions = Map.copyOf(backendOptions);
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(samples, "samples");
    Objects.requireNonNull(loader, "loader");
  }

  /**
   * The fastest device, fp32, seed 1, samples of bytes; backends and layers are looked for where
   * the thread finds its classes.
   */
  public static ModelOptions defaults() {
    ClassLoader threads = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = threads != null ? threads : ClassLoader.getSystemClassLoader();
    return new ModelOptions(Devices.AUTO, Map.of(), 1, Precision.FP32, DType.U8, loader);
  }

  /** The same on another device. */
  public ModelOptions withBackend(String choice) {
    return new ModelOptions(choice, backendOptions, seed, precision, samples, loader);
  }

  /** The same with other options for the backend. */
  public ModelOptions withBackendOptions(Map<String, String> texts) {
    return new ModelOptions(backend, texts, seed, precision, samples, loader);
  }

  /** The same with another seed. */
  public ModelOptions withSeed(long other) {
    return new ModelOptions(backend, backendOptions, other, precision, samples, loader);
  }

  /**
   * The same with multiplications in another precision. A device that lacks it says so when the
   * model is opened.
   */
  public ModelOptions withPrecision(Precision other) {
    return new ModelOptions(backend, backendOptions, seed, other, samples, loader);
  }

  /** The same for samples of bytes or of floats. */
  public ModelOptions withSamples(DType stored) {
    return new ModelOptions(backend, backendOptions, seed, precision, stored, loader);
  }

  /** The same with backends and layers of another class loader, such as one over plug-ins' jars. */
  public ModelOptions withLoader(ClassLoader other) {
    return new ModelOptions(backend, backendOptions, seed, precision, samples, other);
  }

  SessionConfig sessionConfig() {
    return new SessionConfig(seed, precision, true);
  }

  /**
   * Opens the device.
   *
   * @throws JacquardException if there is none, or an option is not its backend's
   */
  Device open() {
    Devices devices = Devices.find(loader, backendOptions);
    DeviceReport device = devices.choose(backend);
    List<String> declared =
        devices.provider(device).options().stream().map(BackendOption::name).sorted().toList();
    for (String name : backendOptions.keySet()) {
      if (!declared.contains(name)) {
        throw new JacquardException(
            "backend option "
                + name
                + ": "
                + device.info().id()
                + " has no such option; it has "
                + (declared.isEmpty() ? "none" : String.join(", ", declared)));
      }
    }
    return devices.open(device);
  }
}
