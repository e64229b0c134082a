package dev.jacquard.cli.option;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.Devices;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/** The options that backends declare, as texts by name; the backends parse them. */
@Command
public final class BackendArguments {
  private final Map<String, String> texts = new LinkedHashMap<>();

  /** What the user gave. */
  public Map<String, String> texts() {
    return Map.copyOf(texts);
  }

  /**
   * Adds the options of all backends to a command that takes them, among its mixins.
   *
   * @param loader where backends are looked for; asked only if the command takes their options
   */
  public static void declare(CommandLine line, Supplier<ClassLoader> loader) {
    for (CommandSpec mixin : List.copyOf(line.getCommandSpec().mixins().values())) {
      if (mixin.userObject() instanceof ComputeOptions options) {
        options.backendArguments().declare(line.getCommandSpec(), loader.get());
      } else if (mixin.userObject() instanceof BackendArguments arguments) {
        arguments.declare(line.getCommandSpec(), loader.get());
      }
    }
  }

  private void declare(CommandSpec command, ClassLoader loader) {
    declared(loader).values().forEach(each -> command.addOption(option(each)));
  }

  /** One declaration for each name, with the backends that take it in its help. */
  private static Map<String, Declared> declared(ClassLoader loader) {
    Map<String, Declared> all = new TreeMap<>();
    Map<String, BackendProvider> providers =
        new TreeMap<>(Devices.find(loader, Map.of()).providers());
    providers.forEach(
        (id, provider) -> {
          for (BackendOption<?> option : provider.options()) {
            all.merge(option.name(), new Declared(option, id), Declared::and);
          }
        });
    return all;
  }

  private OptionSpec option(Declared declared) {
    String name = declared.option().name();
    ISetter setter =
        new ISetter() {
          @Override
          @SuppressWarnings("TypeParameterUnusedInFormals") // the interface has it so
          public <T> T set(T value) {
            if (value == null || Boolean.FALSE.equals(value)) {
              texts.remove(name);
            } else {
              texts.put(name, value.toString());
            }
            return null;
          }
        };
    OptionSpec.Builder spec =
        OptionSpec.builder("--" + name)
            .description(declared.option().help() + " [" + declared.backends() + "]")
            .setter(setter);
    return declared.option().isFlag()
        ? spec.arity("0").type(Boolean.class).build()
        : spec.arity("1").type(String.class).paramLabel(declared.option().value()).build();
  }

  /** An option and the ids of the backends that declare it. */
  private record Declared(BackendOption<?> option, String backends) {
    Declared and(Declared other) {
      return new Declared(option, backends + ", " + other.backends);
    }
  }
}
