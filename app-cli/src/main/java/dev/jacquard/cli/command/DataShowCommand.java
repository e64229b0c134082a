package dev.jacquard.cli.command;

import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.OutputFile;
import dev.jacquard.cli.option.CommonOptions;
import dev.jacquard.cli.option.DataOptions;
import dev.jacquard.cli.option.UsageException;
import dev.jacquard.cli.picture.Picture;
import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one item of the data set. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Shows an image with its label, here and as a PNG file.")
public final class DataShowCommand implements Runnable {
  /** Each pixel is a square of 10x10 in the file. */
  private static final int SCALE = 10;

  private final Console console;

  @Parameters(
      paramLabel = "INDEX",
      arity = "0..1",
      description = "Which, from 0 (default: a random one).")
  Integer index;

  @Option(
      names = "--binary",
      description = "Make every pixel black or white, the threshold at 0.5.")
  boolean binary;

  @Option(
      names = "--split",
      paramLabel = "train|test",
      defaultValue = "train",
      description = "Of which images (default: train).")
  Split split;

  @Option(
      names = "--out",
      paramLabel = "FILE.png",
      description =
          "The PNG file (default: fashion-mnist-<split>-<index>.png); - is the standard output,"
              + " which then holds nothing else.")
  OutputFile out;

  @Mixin DataOptions data;
  @Mixin CommonOptions common;

  /** A command that writes to {@code console}. */
  public DataShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    DataSet set = data.load(console, common.quiet(), split);
    int item = index == null ? ThreadLocalRandom.current().nextInt(set.size()) : index;
    if (item < 0 || item >= set.size()) {
      throw new UsageException("INDEX: expected 0 to " + (set.size() - 1) + ", received " + item);
    }
    Picture picture = Picture.of(set, item);
    if (binary) {
      picture = picture.binary();
    }
    write(picture, set, item);
  }

  private void write(Picture picture, DataSet set, int item) {
    OutputFile file =
        out == null
            ? new OutputFile(Path.of("fashion-mnist-" + split.title() + "-" + item + ".png"))
            : out;
    file.requireWritable();
    Console results = file.results(console);
    picture.lines().forEach(results::print);
    int label = set.label(item);
    results.print("Item " + item + " of " + set.name() + ": " + set.classes().get(label));
    results.print("Label: " + label + ", one-hot " + oneHot(label, set.classes().size()));
    results.print("Shape: " + set.sample() + ", values " + picture.range());
    file.write(console, png -> picture.writePng(png, SCALE));
    results.print("Picture: " + file.path());
  }

  private static String oneHot(int label, int classes) {
    List<Integer> vector = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      vector.add(c == label ? 1 : 0);
    }
    return vector.toString();
  }
}
