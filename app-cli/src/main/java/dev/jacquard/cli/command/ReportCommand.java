package dev.jacquard.cli.command;

import dev.jacquard.checkpoint.AtomicFile;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.OutputFile;
import dev.jacquard.cli.option.CommonOptions;
import dev.jacquard.cli.option.Plugins;
import dev.jacquard.cli.option.UsageException;
import dev.jacquard.cli.report.Report;
import dev.jacquard.cli.report.ReportFiles;
import dev.jacquard.cli.report.ReportReader;
import dev.jacquard.cli.report.RunNames;
import dev.jacquard.cli.run.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the report of a run, or the comparison of two. */
@Command(name = "report", sortOptions = false)
public final class ReportCommand implements Runnable {
  private static final OutputFile COMPARISON = new OutputFile(Path.of("report-comparison.html"));

  private final Console console;

  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description =
          "A run folder: writes its report.html and plots. Two: writes a page that compares them.")
  List<Path> runs;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The page of a comparison (default: report-comparison.html); - is the standard output.")
  OutputFile out;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The folder with the four IDX files (default: the run's, $FASHION_MNIST_DIR, the cache,"
              + " the system's data folder).")
  Path data;

  @Mixin Plugins plugins;
  @Mixin CommonOptions common;

  /** A command that writes to {@code console}. */
  public ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (runs.size() > 2) {
      throw new UsageException("expected one run or two, received " + runs.size());
    }
    if (runs.size() == 2) {
      compare(RunFolder.toWriteTo(runs.get(0)), RunFolder.toWriteTo(runs.get(1)));
      return;
    }
    if (out != null) {
      throw new UsageException(
          "--out is for the comparison of two runs; the report of one is written into its folder");
    }
    RunFolder folder = RunFolder.toWriteTo(runs.get(0));
    AtomicFile.requireWritable(folder.report());
    Report report = reader(folder).read(true);
    report.notes().forEach(note -> console.note(common.quiet(), note));
    ReportFiles.write(folder, report, Version.current())
        .ifPresent(note -> console.note(common.quiet(), note));
    console.print("Report: " + folder.report());
  }

  private ReportReader reader(RunFolder folder) {
    ClassLoader loader = Plugins.loader(plugins.folder().or(folder::plugins));
    return new ReportReader(folder, Optional.ofNullable(data), loader);
  }

  private void compare(RunFolder first, RunFolder second) {
    OutputFile page = out == null ? COMPARISON : out;
    page.requireWritable();
    List<String> names = RunNames.of(first.path(), second.path());
    Report a = reader(first).read(false).named(names.get(0));
    Report b = reader(second).read(false).named(names.get(1));
    a.notes().forEach(note -> console.note(common.quiet(), a.run() + ": " + note));
    b.notes().forEach(note -> console.note(common.quiet(), b.run() + ": " + note));
    page.write(console, ReportFiles.comparison(a, b, Version.current()));
    page.results(console).print("Comparison: " + page.path());
  }
}
