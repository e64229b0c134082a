package dev.jacquard.cli;

import dev.jacquard.cli.command.BenchCommand;
import dev.jacquard.cli.command.DataCommand;
import dev.jacquard.cli.command.DataFetchCommand;
import dev.jacquard.cli.command.DataShowCommand;
import dev.jacquard.cli.command.DataStatsCommand;
import dev.jacquard.cli.command.DevicesCommand;
import dev.jacquard.cli.command.EvaluateCommand;
import dev.jacquard.cli.command.ExplainCommand;
import dev.jacquard.cli.command.PredictCommand;
import dev.jacquard.cli.command.ReportCommand;
import dev.jacquard.cli.command.ServeCommand;
import dev.jacquard.cli.command.SummaryCommand;
import dev.jacquard.cli.command.TrainCommand;
import dev.jacquard.cli.command.TuneCommand;
import dev.jacquard.cli.command.VerifyCommand;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.option.BackendArguments;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.option.Converters;
import dev.jacquard.cli.option.Plugins;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The subcommands. Only the one that is asked for is loaded; of the others the command line knows
 * the name and a line of help, which is what makes a start quick.
 */
enum Commands {
  DEVICES("devices", "Shows every backend and device found."),
  DATA("data", "Fetches and shows the data set."),
  SUMMARY("summary", "Shows a network's table of layers."),
  EXPLAIN("explain", "Shows what a device makes of a network."),
  TRAIN("train", "Trains a network and writes a run folder."),
  EVALUATE("evaluate", "Evaluates a trained network on the test images."),
  PREDICT("predict", "Tells what a trained network takes pictures for."),
  REPORT("report", "Shows a run on a page with charts, or compares two."),
  SERVE("serve", "Serves a page: pictures classified, trainings watched, runs shown."),
  VERIFY("verify", "Runs the conformance suite on a device."),
  BENCH("bench", "Measures a device's speed, and where the time goes."),
  TUNE("tune", "Finds how a device trains a network fastest."),
  REHEARSE("rehearse", "Used by the launcher.");

  private final String label;
  private final String help;

  Commands(String label, String help) {
    this.label = label;
    this.help = help;
  }

  /** A switch, and not a reference to each constructor, which would load all of their classes. */
  private Object create(Console console) {
    return switch (this) {
      case DEVICES -> new DevicesCommand(console);
      case DATA -> new DataCommand(console);
      case SUMMARY -> new SummaryCommand(console);
      case EXPLAIN -> new ExplainCommand(console);
      case TRAIN -> new TrainCommand(console);
      case EVALUATE -> new EvaluateCommand(console);
      case PREDICT -> new PredictCommand(console);
      case REPORT -> new ReportCommand(console);
      case SERVE -> new ServeCommand(console);
      case VERIFY -> new VerifyCommand(console);
      case BENCH -> new BenchCommand(console);
      case TUNE -> new TuneCommand(console);
      case REHEARSE -> new Rehearsal();
    };
  }

  /** The command line that can parse {@code args}. */
  static CommandLine commandLine(Console console, String[] args) {
    CommandLine root = new CommandLine(new RootCommand());
    root.setCommandName(Invocation.command());
    String asked = Arrays.stream(args).filter(arg -> !arg.startsWith("-")).findFirst().orElse("");
    for (Commands command : values()) {
      if (command.label.equals(asked)) {
        root.addSubcommand(command.label, command.load(console, args));
      } else {
        CommandSpec outline = CommandSpec.create();
        outline.usageMessage().description(command.help).hidden(command == REHEARSE);
        root.addSubcommand(command.label, new CommandLine(outline));
      }
    }
    // A file's name may begin with @.
    return root.setExpandAtFiles(false);
  }

  /**
   * With {@code help train} written as {@code train --help}. Of what is no command the word {@code
   * help} is left out, and the rest fails with what is near.
   */
  static String[] withHelpLast(String[] args) {
    if (args.length == 0 || !args[0].equals("help")) {
      return args;
    }
    List<String> words = new ArrayList<>(List.of(args));
    while (!words.isEmpty() && words.get(0).equals("help")) {
      words.remove(0);
    }
    if (words.isEmpty() || Arrays.stream(values()).anyMatch(c -> c.label.equals(words.get(0)))) {
      words.add("--help");
    }
    return words.toArray(String[]::new);
  }

  private CommandLine load(Console console, String[] args) {
    CommandLine line = new CommandLine(create(console));
    line.getCommandSpec().usageMessage().description(help);
    if (this == DATA) {
      line.addSubcommand("fetch", new DataFetchCommand(console));
      line.addSubcommand("show", new DataShowCommand(console));
      line.addSubcommand("stats", new DataStatsCommand(console));
    }
    Converters.register(line);
    BackendArguments.declare(line, () -> Plugins.named(args));
    for (CommandSpec mixin : line.getCommandSpec().mixins().values()) {
      if (mixin.userObject() instanceof ComputeOptions options) {
        options.adaptHelp();
      }
    }
    return line;
  }
}
