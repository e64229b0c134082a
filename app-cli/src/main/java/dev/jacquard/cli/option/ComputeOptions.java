package dev.jacquard.cli.option;

import dev.jacquard.backend.Precision;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Work;
import dev.jacquard.cli.console.Console;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands that compute take, but for the one that only serves. */
public final class ComputeOptions {
  /** The seed where none is given: a run can be repeated unless its user wants variety. */
  public static final long DEFAULT_SEED = 1;

  @Mixin DeviceOptions device;
  @Mixin DataOptions data;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "" + DEFAULT_SEED,
      description = "Of weights, order and dropout (default: " + DEFAULT_SEED + ").")
  long seed;

  /** The options that backends declare. */
  public BackendArguments backendArguments() {
    return device.backendArguments();
  }

  /** The options of every command. */
  public CommonOptions common() {
    return device.common();
  }

  /** The folder of plug-ins. */
  public Plugins plugins() {
    return device.plugins();
  }

  /** The choice of a network. */
  public NetworkOptions network() {
    return device.network();
  }

  /** Where the data set is. */
  public DataOptions data() {
    return data;
  }

  /** The choice of a device, as it was written. */
  public String backend() {
    return device.backend();
  }

  /** How multiplications are carried out. */
  public Precision precision() {
    return device.precision();
  }

  /** Of weights, order and dropout. */
  public long seed() {
    return seed;
  }

  /** Whether ops may be merged. */
  public boolean fuse() {
    return device.fuse();
  }

  /** What a session is to be like. */
  public SessionConfig sessionConfig() {
    return device.sessionConfig(seed);
  }

  /** As {@link DeviceOptions#requireBackend}. */
  public void requireBackend(ClassLoader loader) {
    device.requireBackend(loader);
  }

  /** Chooses the device and says which. */
  public DeviceChoice choose(Console console, ClassLoader loader) {
    return device.choose(console, loader);
  }

  /** The same for so much work; what begins at once is chosen for little. */
  public DeviceChoice choose(Console console, ClassLoader loader, Work work) {
    return device.choose(console, loader, work);
  }
}
