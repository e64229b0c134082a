package dev.jacquard.cli.option;

import dev.jacquard.backend.Devices;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Work;
import dev.jacquard.cli.console.Console;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command takes that computes: a network, and what it is computed on. */
public final class DeviceOptions {
  @Mixin CommonOptions common;
  @Mixin Plugins plugins;
  @Mixin NetworkOptions network;

  @Option(
      names = "--backend",
      paramLabel = "auto|cpu|opencl|DEVICE-ID",
      defaultValue = Devices.AUTO,
      description =
          "The device; auto takes the fastest, or for a few predictions what begins soonest (default:"
              + " auto).")
  String backend;

  @Option(
      names = "--precision",
      paramLabel = "fp32|tf32|tf32x3",
      defaultValue = "fp32",
      converter = PrecisionName.class,
      description = "How multiplications are carried out (default: fp32).")
  Precision precision;

  @Option(names = "--no-fuse", description = "Run the ops one by one, for comparison.")
  boolean noFuse;

  private final BackendArguments backendArguments = new BackendArguments();

  /** The options that backends declare. */
  public BackendArguments backendArguments() {
    return backendArguments;
  }

  /** The options of every command. */
  public CommonOptions common() {
    return common;
  }

  /** The folder of plug-ins. */
  public Plugins plugins() {
    return plugins;
  }

  /** The choice of a network. */
  public NetworkOptions network() {
    return network;
  }

  /** The choice of a device, as it was written. */
  public String backend() {
    return backend;
  }

  /** How multiplications are carried out. */
  public Precision precision() {
    return precision;
  }

  /** Whether ops may be merged. */
  public boolean fuse() {
    return !noFuse;
  }

  /** What a session is to be like whose parameters are read, so that nothing of it is random. */
  public SessionConfig sessionConfig() {
    return sessionConfig(ComputeOptions.DEFAULT_SEED);
  }

  /** What a session is to be like. */
  SessionConfig sessionConfig(long seed) {
    return new SessionConfig(seed, precision, fuse());
  }

  /**
   * Checks that there is such a backend, whatever devices it may have.
   *
   * @throws UsageException if there is none
   */
  public void requireBackend(ClassLoader loader) {
    DeviceChoice.requireKnown(loader, backend);
  }

  /** Chooses the device and says which. */
  public DeviceChoice choose(Console console, ClassLoader loader) {
    return choose(console, loader, Work.UNKNOWN);
  }

  /** The same for so much work; what begins at once is chosen for little. */
  public DeviceChoice choose(Console console, ClassLoader loader, Work work) {
    requireBackend(loader);
    DeviceChoice choice = DeviceChoice.of(loader, backend, backendArguments.texts(), work);
    console.note(common.quiet(), "Device: " + choice.title());
    return choice;
  }
}
