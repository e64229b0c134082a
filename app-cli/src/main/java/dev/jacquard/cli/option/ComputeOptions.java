package dev.jacquard.cli.option;

import dev.jacquard.backend.Devices;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Work;
import dev.jacquard.cli.console.Console;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands that compute take. */
public final class ComputeOptions {
  /** The seed where none is given: a run can be repeated unless its user wants variety. */
  public static final long DEFAULT_SEED = 1;

  @Mixin CommonOptions common;
  @Mixin Plugins plugins;
  @Mixin NetworkOptions network;
  @Mixin DataOptions data;

  @Option(
      names = "--backend",
      paramLabel = "auto|cpu|opencl|DEVICE-ID",
      defaultValue = Devices.AUTO,
      description = "The device; auto takes the fastest (default: auto).")
  String backend;

  @Option(
      names = "--precision",
      paramLabel = "fp32|tf32|tf32x3",
      defaultValue = "fp32",
      description = "How multiplications are carried out (default: fp32).")
  Precision precision;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "" + DEFAULT_SEED,
      description = "Of weights, order and dropout (default: " + DEFAULT_SEED + ").")
  long seed;

  @Option(names = "--no-fuse", description = "Run the ops one by one, for comparison.")
  boolean noFuse;

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  private final BackendArguments backendArguments = new BackendArguments();
  private final List<String> idle;
  private final Map<String, String> told = new LinkedHashMap<>();

  private ComputeOptions(String... idle) {
    this.idle = List.of(idle);
  }

  /** All of them for a command that has use for each. */
  public static ComputeOptions all() {
    return new ComputeOptions();
  }

  /**
   * The same for a command on which some have no effect. They are taken all the same, because
   * scripts give the shared options to every command, but the help leaves them out, and who gives
   * one is told.
   */
  public static ComputeOptions without(String... idle) {
    return new ComputeOptions(idle);
  }

  /** The same, of which one means something else to a command, and is told so in its help. */
  public ComputeOptions telling(String name, String description) {
    told.put(name, description);
    return this;
  }

  /** The same for a command on a trained model, which brings its network along. */
  public ComputeOptions ofModel() {
    return telling("--network", "The network, by name or as a file (default: the model's own).");
  }

  /** Makes the help the command's own: without what has no effect. */
  public void adaptHelp() {
    for (String name : idle) {
      OptionSpec option = command.findOption(name);
      command.remove(option).addOption(OptionSpec.builder(option).hidden(true).build());
    }
    told.forEach(this::tell);
  }

  /** Those behind it are added again too, because the help has them in the order of addition. */
  private void tell(String name, String description) {
    List<OptionSpec> options = List.copyOf(command.options());
    int first = options.indexOf(command.findOption(name));
    command
        .remove(options.get(first))
        .addOption(OptionSpec.builder(options.get(first)).description(description).build());
    options
        .subList(first + 1, options.size())
        .forEach(each -> command.remove(each).addOption(each));
  }

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

  /** Where the data set is. */
  public DataOptions data() {
    return data;
  }

  /** The choice of a device, as it was written. */
  public String backend() {
    return backend;
  }

  /** How multiplications are carried out. */
  public Precision precision() {
    return precision;
  }

  /** Of weights, order and dropout. */
  public long seed() {
    return seed;
  }

  /** Whether ops may be merged. */
  public boolean fuse() {
    return !noFuse;
  }

  /** What a session is to be like. */
  public SessionConfig sessionConfig() {
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
    tell(console, choice);
    return choice;
  }

  /** Says which device was chosen, and which options have no effect. */
  public void tell(Console console, DeviceChoice choice) {
    choice.tell(console, common.quiet());
    idle.stream()
        .filter(command.commandLine().getParseResult()::hasMatchedOption)
        .forEach(
            name -> console.note(common.quiet(), name + " has no effect on " + command.name()));
  }
}
