package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** The command line itself. */
class MainTest {
  @TempDir Path folder;

  @Test
  void helpListsEveryCommand() {
    Outcome outcome = Outcome.of("--help");
    assertEquals(0, outcome.status());
    for (String name :
        List.of(
            "devices",
            "data",
            "summary",
            "explain",
            "train",
            "evaluate",
            "predict",
            "verify",
            "bench")) {
      assertTrue(outcome.out().contains("\n  " + name + " "), outcome.out());
    }
  }

  /** What the launcher keeps the classes of, so that it starts quickly. */
  @Test
  void theRehearsalIsHiddenAndSucceeds() throws IOException {
    assertFalse(Outcome.of("--help").out().contains("rehearse"));
    Rehearsal.predict();
    assertEquals(new Outcome(0, "", ""), Outcome.of("rehearse"));
  }

  @Test
  void versionNamesTheProgram() {
    Outcome outcome = Outcome.of("--version");
    assertEquals(0, outcome.status());
    assertTrue(outcome.out().startsWith("jacquard "), outcome.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "devices",
        "data",
        "summary",
        "explain",
        "train",
        "evaluate",
        "predict",
        "verify",
        "bench"
      })
  void everyCommandHasHelp(String command) {
    Outcome outcome = Outcome.of(command, "--help");
    assertEquals(0, outcome.status());
    assertTrue(outcome.out().startsWith("Usage: jacquard " + command + " "), outcome.out());
    assertEquals("", outcome.err());
  }

  /** Where a line is broken by hand, the next is not indented as those that are wrapped. */
  @ParameterizedTest
  @EnumSource(Commands.class)
  void linesOfHelpAreBrokenWhereTheyAreWrappedOnly(Commands command) {
    String name = command.name().toLowerCase(Locale.ROOT);
    CommandSpec spec =
        Commands.commandLine(new Console(System.out, System.err), new String[] {name})
            .getSubcommands()
            .get(name)
            .getCommandSpec();
    for (ArgSpec each : spec.args()) {
      assertTrue(each.description().length <= 1, each + ": " + List.of(each.description()));
    }
  }

  /** As many a program has it. */
  @Test
  void helpMayComeFirst() {
    assertEquals(Outcome.of("--help"), Outcome.of("help"));
    assertEquals(Outcome.of("--help"), Outcome.of("help", "help"));
    assertEquals(Outcome.of("train", "--help"), Outcome.of("help", "train"));
    assertEquals(Outcome.of("data", "show", "--help"), Outcome.of("help", "data", "show"));
    assertEquals(Outcome.of("trian"), Outcome.of("help", "trian"));
  }

  @Test
  void optionsOfBackendsAreInTheHelpOfCommandsThatCompute() {
    assertTrue(Outcome.of("train", "--help").out().contains("--threads=N"));
    assertFalse(Outcome.of("summary", "--help").out().contains("--threads"));
  }

  /** Of the shared options; all are taken, because scripts give them to every command. */
  @ParameterizedTest
  @CsvSource({
    "train, true, true",
    "bench, true, true",
    "evaluate, true, false",
    "tune, false, true",
    "predict, false, false",
    "serve, false, false",
    "explain, false, false",
    "verify, false, false",
  })
  void helpOffersWhatHasAnEffect(String command, boolean data, boolean seed) {
    String help = Outcome.of(command, "--help").out();
    assertEquals(data, help.contains("--data=DIR"), help);
    assertEquals(data, help.contains("--offline"), help);
    assertEquals(seed, help.contains("--seed=N"), help);
  }

  /** Those on a model take its network; to the others a run is a folder with a network's file. */
  @ParameterizedTest
  @CsvSource({
    "summary, fmnist-reference",
    "explain, fmnist-reference",
    "train, fmnist-reference; with --resume the run's own",
    "bench, fmnist-reference",
    "evaluate, the model's own",
    "predict, the model's own",
    "serve, the model's own",
  })
  void helpSaysWhichNetworkIsTaken(String command, String network) {
    String help = Outcome.of(command, "--help").out().replaceAll("\\s+", " ");
    assertTrue(
        help.matches(
            ".*The network, by name or as a file,? [^(]*\\(default: " + network + "\\)\\..*"),
        help);
  }

  @Test
  void nothingIsWrongUsage() {
    assertEquals(
        new Outcome(
            2, "", "jacquard: a command is missing\nRun 'jacquard --help' for its usage.\n"),
        Outcome.of());
  }

  /** The launcher passes on how it was called. */
  @ParameterizedTest
  @CsvSource({"./jacquard, ./jacquard", "'/my tools/jacquard', '''/my tools/jacquard'''"})
  void theCommandIsNamedAsItWasCalled(String called, String named) {
    System.setProperty("jacquard.command", called);
    try {
      assertEquals(
          "jacquard: a command is missing\nRun '" + named + " --help' for its usage.\n",
          Outcome.of().err());
      assertTrue(Outcome.of("train", "--help").out().startsWith("Usage: " + named + " train "));
      String help = Outcome.of("--help").out();
      assertTrue(help.contains("\nRun '" + named + " COMMAND --help' for the options"), help);
    } finally {
      System.clearProperty("jacquard.command");
    }
  }

  @Test
  void commandsAreSuggested() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: Unmatched argument at index 0: 'sumary'
            Did you mean: jacquard summary?
            Run 'jacquard --help' for its usage.
            """),
        Outcome.of("sumary"));
  }

  @Test
  void optionsAreSuggested() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: Unknown option: '--jsn'
            Did you mean: --json?
            Run 'jacquard summary --help' for its usage.
            """),
        Outcome.of("summary", "--jsn"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "trian, Unmatched argument at index 0: 'trian', jacquard train",
        "eval, Unmatched argument at index 0: 'eval', jacquard evaluate",
        "data shwo, Unmatched argument at index 1: 'shwo', jacquard data show",
        "train --epoch 1, Unknown option: '--epoch', --epochs",
        "train --batch=1, Unknown option: '--batch=1', --batch-size",
        "train my.json, Unmatched argument at index 1: 'my.json', --network my.json",
        "explain lenet5, Unmatched argument at index 1: 'lenet5', --network lenet5",
      })
  void whatIsNearIsSuggested(String line, String failure, String meant) {
    Outcome outcome = Outcome.of((Object[]) line.split(" "));
    assertEquals(2, outcome.status());
    assertEquals(
        List.of("jacquard: " + failure, "Did you mean: " + meant + "?"),
        outcome.err().lines().limit(2).toList());
    assertEquals(3, outcome.err().lines().count(), outcome.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "train more",
        "train --lr 1",
        "data fetch my.json",
        "verify lenet5",
        "bench a.json b.json"
      })
  void whatIsNotNearIsNotSuggested(String line) {
    Outcome outcome = Outcome.of((Object[]) line.split(" "));
    assertEquals(2, outcome.status());
    assertEquals(2, outcome.err().lines().count(), outcome.err());
  }

  @Test
  void aNumberThatIsNoneIsToldInTheUsersWords() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: Invalid value for option '--seed': expected a whole number from \
            -9223372036854775808 to 9223372036854775807, received 1e3
            Run 'jacquard train --help' for its usage.
            """),
        Outcome.of("train", "--seed", "1e3"));
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: Invalid value for positional parameter at index 0 (INDEX): expected a whole \
            number from -2147483648 to 2147483647, received first
            Run 'jacquard data show --help' for its usage.
            """),
        Outcome.of("data", "show", "first"));
  }

  /** And no file of arguments. */
  @Test
  void aNameThatBeginsWithAnAtSignIsAName() throws IOException {
    Path file = Files.writeString(folder.resolve("@home.json"), "--json");
    assertEquals(
        new Outcome(
            1, "", "jacquard: @" + file + ": cannot be read: no such file; check the path\n"),
        Outcome.of("summary", "--network", "@" + file));
  }

  @Test
  void aPathThatThisSystemCannotHaveIsWrongUsage() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: Invalid value for option '--out': expected a path, received a\\u0000b: Nul \
            character not allowed; if its letters are not ASCII, use a UTF-8 locale such as \
            LC_ALL=C.UTF-8
            Run 'jacquard train --help' for its usage.
            """),
        Outcome.of("train", "--out", "a\0b"));
    String rest =
        ": expected a path, received a\\u0000b.json: Nul character not allowed; if its letters are"
            + " not ASCII, use a UTF-8 locale such as LC_ALL=C.UTF-8\n";
    for (Object[] command :
        List.<Object[]>of(
            new Object[] {"summary", "--network", "a\0b.json"},
            new Object[] {"train", "--plugins", "a\0b.json"},
            new Object[] {"train", "--plugins=a\0b.json"})) {
      Outcome outcome = Outcome.of(command);
      assertEquals(2, outcome.status(), outcome.err());
      String option = command[1].toString().replaceFirst("=.*", "");
      assertTrue(outcome.err().startsWith("jacquard: " + option + rest), outcome.err());
    }
  }

  /** A name from elsewhere neither moves the cursor nor says what this program did not. */
  @Test
  void whatATerminalWouldObeyIsShown() {
    assertEquals(
        new Outcome(
            1,
            "",
            """
            jacquard: a\\u001b[2J
              jacquard: b.json: cannot be read: no such file; check the path
            """),
        Outcome.of("summary", "--network", "a\u001b[2J\njacquard: b.json"));
  }

  @Test
  void theStackIsForThoseWhoAskForIt() {
    Object[] command = {"summary", "--network", "missing.json"};
    assertEquals(
        new Outcome(
            1, "", "jacquard: missing.json: cannot be read: no such file; check the path\n"),
        Outcome.of(command));
    String debug = Outcome.with(command, "--debug").err();
    assertTrue(debug.contains("\tat dev.jacquard.network.Network.read("), debug);
  }

  @Test
  void theUnexpectedIsOneLineThatAsksForAReport() {
    PrintStream broken =
        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
          @Override
          public void println(String line) {
            throw new IllegalStateException("broken");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            new String[] {"summary"}, broken, new PrintStream(err, true, StandardCharsets.UTF_8));
    assertEquals(1, status);
    assertEquals(
        "jacquard: internal error: java.lang.IllegalStateException: broken (run with --debug for"
            + " the stack; please report)\n",
        err.toString(StandardCharsets.UTF_8));
  }
}
