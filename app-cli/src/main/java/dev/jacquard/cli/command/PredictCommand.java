package dev.jacquard.cli.command;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Work;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.OutputFile;
import dev.jacquard.cli.console.Printable;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.option.PositiveCount;
import dev.jacquard.cli.option.UsageException;
import dev.jacquard.cli.picture.Invert;
import dev.jacquard.cli.picture.PictureFile;
import dev.jacquard.cli.prediction.ArgumentOrder;
import dev.jacquard.cli.prediction.Classifier;
import dev.jacquard.cli.prediction.PictureModel;
import dev.jacquard.cli.prediction.Prediction;
import dev.jacquard.cli.prediction.PredictionText;
import dev.jacquard.cli.prediction.Troubles;
import dev.jacquard.error.JacquardException;
import dev.jacquard.model.Model;
import dev.jacquard.network.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies pictures. */
@Command(name = "predict", sortOptions = false)
public final class PredictCommand implements Callable<Integer>, Troubles {
  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A run folder or a .safetensors file.")
  Path model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "INPUT",
      description = "Pictures (PNG, JPEG, GIF, BMP), folders of them, IDX files; - is the input.")
  List<Path> inputs;

  @Option(
      names = "--invert",
      paramLabel = "auto|yes|no",
      defaultValue = "auto",
      description = "Exchange light and dark; auto: where a picture is dark on light.")
  Invert invert;

  @Option(
      names = "--top",
      paramLabel = "N",
      converter = PositiveCount.class,
      description =
          "Show the N most probable classes, the best first; with --json they stand under top,"
              + " beside all probabilities.")
  Integer top;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description =
          "Write all probabilities: file, label, confidence, a column for each class; - is the"
              + " standard output, which then holds nothing else.")
  OutputFile csv;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Mixin
  ComputeOptions compute =
      ComputeOptions.without("--seed", "--data", "--offline")
          .ofModel()
          .telling(
              "--backend",
              "The device; auto takes the fastest, or for a few pictures what begins soonest"
                  + " (default: auto).")
          .telling(
              "--quiet",
              "Print neither progress nor notes, and of a single picture, as of many, only a"
                  + " line.");

  private int failures;
  private int skipped;
  private int classified;

  /** A command that writes to {@code console}. */
  public PredictCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    requireOutput();
    ArgumentOrder.requireModelFirst("predict", model, inputs);
    TrainedModel trained = TrainedModel.read(model, compute);
    Network network = trained.network();
    PictureFile.requirePictures(network.inputShape());
    Classifier classifier = new Classifier(inputs, network.inputShape(), invert, this);
    if (!json) {
      trained.named().unfinished().ifPresent(line -> console.note(compute.common().quiet(), line));
    }
    if (classifier.size() == 0) {
      return 1;
    }
    Work work = Work.inferences(classifier.size(), network.flops());
    SessionConfig config = compute.sessionConfig().withWork(work);
    try (Device device = compute.choose(console, trained.loader(), work).open();
        Model opened = trained.open(device, config)) {
      classify(classifier, new PictureModel(opened));
    }
    if (failures == 0 && classified == 0) {
      failed(
          new JacquardException(
              "expected pictures (PNG, JPEG, GIF or BMP), received none: "
                  + (skipped == 1 ? "the only file is" : skipped + " files are")
                  + " something else; give others"));
    }
    return failures == 0 ? 0 : 1;
  }

  private void requireOutput() {
    if (csv == null) {
      return;
    }
    if (json && csv.isStandardOutput()) {
      throw new UsageException(
          "--json and --csv - both write to the standard output; leave one out, or give --csv a file");
    }
    csv.requireWritable();
  }

  @Override
  public void failed(JacquardException failure) {
    failures++;
    console.err().println("jacquard: " + Printable.text(failure.getMessage()));
  }

  @Override
  public void skipped(String file, String received) {
    skipped++;
    console.note(compute.common().quiet(), "Skipped " + file + ": no picture, but " + received);
  }

  @Override
  public void notEntered(String folder) {
    console.note(
        compute.common().quiet(),
        "Skipped " + folder + ": no picture, but a folder within a folder");
  }

  private void classify(Classifier classifier, PictureModel trained) {
    PredictionText text = new PredictionText(trained.classes(), top == null ? 0 : top);
    List<Prediction> predictions = new ArrayList<>();
    Consumer<Prediction> printer = printer(text, classifier).andThen(each -> classified++);
    boolean kept = json || csv != null;
    classifier.run(trained, kept ? printer.andThen(predictions::add) : printer);
    if (json) {
      console.print(Json.text(text.json(predictions)));
    }
    if (csv != null) {
      csv.write(console, text.csv(predictions));
    }
    if (csv != null && !csv.isStandardOutput()) {
      console.note(compute.common().quiet(), "Probabilities: " + csv.path());
    }
  }

  private Consumer<Prediction> printer(PredictionText text, Classifier classifier) {
    if (json || (csv != null && csv.isStandardOutput())) {
      return prediction -> {};
    }
    // One alone, and not one that is left of many.
    if (classifier.size() + failures == 1 && !compute.common().quiet()) {
      return prediction -> text.picture(prediction).forEach(console::print);
    }
    int width = classifier.nameLength();
    return prediction -> console.print(text.line(prediction, width));
  }
}
