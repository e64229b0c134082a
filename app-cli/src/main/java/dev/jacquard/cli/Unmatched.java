package dev.jacquard.cli;

import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.option.NetworkOptions;
import dev.jacquard.error.Spelling;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Arguments that a command does not take, and what was probably meant. */
final class Unmatched {
  private final UnmatchedArgumentException failure;
  private final CommandSpec spec;
  private final String first;

  Unmatched(UnmatchedArgumentException failure) {
    this.failure = failure;
    this.spec = failure.getCommandLine().getCommandSpec();
    this.first = failure.getUnmatched().get(0);
  }

  /** The failure; the value of an unknown option is not called an option too. */
  String message() {
    if (!failure.isUnknownOption()) {
      return failure.getMessage();
    }
    List<String> options =
        failure.getUnmatched().stream()
            .filter(word -> word.equals(first) || word.matches("--?[a-zA-Z].*"))
            .distinct()
            .toList();
    return (options.size() == 1 ? "Unknown option: " : "Unknown options: ")
        + options.stream().map(word -> "'" + word + "'").collect(Collectors.joining(", "));
  }

  /** What to write in the place of the first; picocli itself suggests also what is not near. */
  Optional<String> meant() {
    if (failure.isUnknownOption()) {
      return option();
    }
    if (takesNetworks() && failure.getUnmatched().size() == 1 && NetworkOptions.isNetwork(first)) {
      return Optional.of(NetworkOptions.OPTION + " " + Invocation.quoted(first));
    }
    return command();
  }

  private boolean takesNetworks() {
    OptionSpec network = spec.optionsMap().get(NetworkOptions.OPTION);
    return network != null && !network.hidden();
  }

  private Optional<String> option() {
    List<String> names =
        spec.options().stream()
            .filter(option -> !option.hidden())
            .map(OptionSpec::longestName)
            .map(Unmatched::stripped)
            .sorted()
            .toList();
    return near(stripped(first.replaceFirst("=.*", "")), names, "--");
  }

  private static String stripped(String name) {
    return name.replaceFirst("^-+", "");
  }

  private Optional<String> command() {
    List<String> names =
        spec.subcommands().entrySet().stream()
            .filter(each -> !each.getValue().getCommandSpec().usageMessage().hidden())
            .map(each -> each.getKey())
            .toList();
    return near(first, names, spec.qualifiedName() + " ");
  }

  /** The nearest of the names, or those that begin so. */
  private static Optional<String> near(String word, List<String> names, String prefix) {
    Optional<String> nearest = Spelling.nearest(word, names);
    if (nearest.isPresent() || word.length() < 2) {
      return nearest.map(prefix::concat);
    }
    return names.stream()
        .filter(name -> name.startsWith(word))
        .map(prefix::concat)
        .reduce((a, b) -> a + " or " + b);
  }
}
