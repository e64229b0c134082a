package dev.jacquard.cli.training;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Work;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Interruption;
import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Printable;
import dev.jacquard.cli.console.Terminal;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.cli.report.ReportFiles;
import dev.jacquard.cli.report.ReportReader;
import dev.jacquard.cli.run.RunFolder;
import dev.jacquard.cli.run.RunMetrics;
import dev.jacquard.cli.run.RunOrigin;
import dev.jacquard.cli.run.RunSettings;
import dev.jacquard.cli.run.RunSettings.ComputeSettings;
import dev.jacquard.cli.run.RunSettings.StepSettings;
import dev.jacquard.cli.run.TestPredictions;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.model.ModelFile;
import dev.jacquard.train.Checkpointing;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Evaluator;
import dev.jacquard.train.History;
import dev.jacquard.train.Predictions;
import dev.jacquard.train.Progress;
import dev.jacquard.train.Recipe;
import dev.jacquard.train.StepLog;
import dev.jacquard.train.TrainingListener;
import dev.jacquard.train.TrainingLoop;
import dev.jacquard.train.TrainingResult;
import dev.jacquard.train.TrainingResult.Ending;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One training from the command line, from the data to the last file of the run folder. */
public final class TrainingJob {
  /** The share of their first values that moving statistics may have left. */
  private static final double SETTLED = 0.02;

  private static final long SPARE_BYTES = 4 << 20;

  private final Console console;
  private final TrainingRequest request;
  private final ClassLoader loader;
  private final boolean quiet;
  private final String version;

  /** Whether all is trained and its results are in the folder; a second Ctrl-C asks. */
  private volatile boolean complete;

  /**
   * Prepares a training.
   *
   * @param loader where backends are looked for
   * @param quiet suppresses progress
   * @param version of this program
   */
  public TrainingJob(
      Console console, TrainingRequest request, ClassLoader loader, boolean quiet, String version) {
    this.console = console;
    this.request = request;
    this.loader = loader;
    this.quiet = quiet;
    this.version = version;
  }

  /** Trains until the end or {@code interruption}; returns the exit status. */
  public int run(Interruption interruption) {
    interruption.onAbandon(this::abandon);
    try {
      return train(interruption);
    } finally {
      request.folder().discard();
    }
  }

  /** Whoever has read the folder's name looks for it. */
  void abandon() {
    RunFolder folder = request.folder();
    folder.discard();
    console.err().println(abandoned(folder));
  }

  private String abandoned(RunFolder folder) {
    if (complete) {
      return "Ended at once; the training is complete, its results are kept, and nothing has to be"
          + " resumed."
          + (request.report() ? " Should the report be missing: " + reportCommand() : "");
    }
    return Files.exists(folder.checkpoint())
        ? "Ended at once; the last complete checkpoint is kept. Go on with: " + resumeCommand()
        : "Ended at once, before the first checkpoint; "
            + (Files.exists(folder.path())
                ? "nothing is there to go on from in " + folder.path()
                : "nothing is kept")
            + ".";
  }

  private int train(Interruption interruption) {
    RunSettings settings = request.settings();
    TrainingData data = TrainingData.load(console, quiet, settings.samples());
    Recipe recipe = request.recipe(data.training().size());
    ComputeSettings compute = settings.compute();
    DeviceChoice choice =
        DeviceChoice.of(loader, compute.backend(), compute.options(), Work.UNKNOWN);
    choice.tell(console, quiet);
    Graph graph = request.network().lower(data.training().dtype());
    try (Device device = choice.open();
        Session session = device.session(graph, compute.sessionConfig())) {
      if (request.from().isEmpty()) {
        settings
            .samples()
            .initialWeights()
            .map(ModelFile::read)
            .ifPresent(m -> m.load(graph, session));
      }
      try (TrainingLoop loop =
          new TrainingLoop(
              session,
              graph,
              recipe,
              data.training(),
              Optional.of(data.validation()),
              listeners())) {
        interruption.onRequest("Stopping after this step, with a checkpoint", loop::requestStop);
        RunOrigin origin =
            new RunOrigin(
                request.network().name(),
                recipe.optimizer(),
                ((Op.SoftmaxCrossEntropy) graph.head().op()).labelSmoothing(),
                device.info(),
                loop.plan().fingerprint(),
                version,
                recipe.plannedSteps(data.training().size()));
        Map<String, String> pinned = device.pinned();
        return train(loop, recipe, origin, pinned, new Finish(graph, session, data, interruption));
      }
    }
  }

  private int train(
      TrainingLoop loop,
      Recipe recipe,
      RunOrigin origin,
      Map<String, String> pinned,
      Finish finish) {
    RunFolder folder = request.folder();
    // A checkpoint that does not fit must not change what the folder says of itself.
    Progress from = request.from().map(loop::restore).orElseGet(Progress::start);
    RunSettings settings = settled(recipe, pinned);
    folder.requireSpace(bytesToWrite(finish.graph(), recipe, finish.data().test()));
    boolean nothingLeft = from.step() >= recipe.lastStep(finish.data().training().size());
    if (!nothingLeft) {
      folder.write(settings, origin);
    }
    console.print("Run folder: " + folder.path());
    tellWhatIsLeft(nothingLeft, from, recipe, finish.data().training().size());
    TrainingResult result = loop.run(from);
    if (result.ending() == Ending.INTERRUPTED) {
      tellInterrupted(result);
      return Interruption.STATUS;
    }
    finish
        .interruption()
        .onRequest("Training has ended; stopping when its results are written", () -> {});
    ModelFile.of(folder.model(), request.network(), finish.graph(), finish.session()).write();
    Evaluation test = finish.test(result, settings);
    folder.write(
        new RunMetrics(settings, origin, result.progress(), finish.data().training().size(), test));
    complete = result.ending() == Ending.COMPLETED;
    tellEnd(result, test, nothingLeft);
    if (!nothingLeft) {
      tellUnsettled(finish.graph(), result.progress().step());
    }
    report(test.predictions(), finish.data().test());
    return 0;
  }

  /** Whatever comes of it, the training is done and its results are in the folder. */
  private void report(Predictions predictions, DataSet test) {
    RunFolder folder = request.folder();
    try {
      TestPredictions.of(predictions, folder.model(), test).write(folder.predictions());
      if (request.report()) {
        ReportReader reader = new ReportReader(folder, Optional.empty(), loader);
        ReportFiles.write(folder, reader.read(predictions, test), version)
            .ifPresent(note -> console.note(quiet, note));
        console.print("Report: " + folder.report());
      }
    } catch (RuntimeException | Error e) {
      console
          .err()
          .println(
              Printable.text(
                  "The report is not written: "
                      + (e instanceof JacquardException ? e.getMessage() : e.toString())
                      + ". The training's results are kept. Try again with: "
                      + reportCommand()));
    }
  }

  /** The settings as it came out: what was left to choose is chosen. */
  private RunSettings settled(Recipe recipe, Map<String, String> pinned) {
    RunSettings settings = request.settings();
    return new RunSettings(
        settings.schedule(),
        new StepSettings(recipe.epochs(), recipe.batchSize(), recipe.maxSteps()),
        settings.samples(),
        settings.compute().with(pinned),
        settings.logSteps());
  }

  private List<TrainingListener> listeners() {
    RunFolder folder = request.folder();
    List<TrainingListener> listeners = new ArrayList<>();
    listeners.add(new History(folder.history()));
    listeners.add(new LiveFile(folder.live(), System::nanoTime));
    if (request.settings().logSteps()) {
      listeners.add(new StepLog(folder.steps()));
    }
    if (!quiet) {
      listeners.add(
          Terminal.watchesErrors()
              ? new ProgressBar(console.err())
              : new ProgressLines(console.err(), System::nanoTime));
    }
    listeners.add(new Checkpointing(folder.checkpoint(), request.network().toJson()));
    return listeners;
  }

  /** The checkpoint beside the one that it replaces, the model likewise, and what is smaller. */
  private static long bytesToWrite(Graph graph, Recipe recipe, DataSet test) {
    long parameters = graph.parameters().stream().mapToLong(each -> each.shape().elements()).sum();
    long checkpoint = parameters * (1 + recipe.optimizer().slots().size());
    return 2 * Float.BYTES * (checkpoint + parameters)
        + TestPredictions.bytes(test.size(), test.classes().size())
        + SPARE_BYTES;
  }

  private void tellInterrupted(TrainingResult result) {
    long step = result.progress().step();
    console
        .err()
        .println(
            Files.exists(request.folder().checkpoint())
                ? "Interrupted after step "
                    + step
                    + "; the last complete checkpoint is kept. Go on with: "
                    + resumeCommand()
                : "Interrupted before the first step; nothing is kept.");
  }

  /** Says where a training goes on, or that all steps that are asked for are done already. */
  private void tellWhatIsLeft(boolean nothing, Progress from, Recipe recipe, int samples) {
    long planned = recipe.plannedSteps(samples);
    if (!nothing) {
      if (from.step() > 0) {
        console.note(quiet, "Going on after step " + from.step() + " of " + planned + ".");
      }
      return;
    }
    console.note(
        quiet,
        from.step() == planned
            ? "Nothing is left to train: all " + planned + " steps are done."
            : "Nothing is left to train up to step "
                + recipe.lastStep(samples)
                + ": "
                + from.step()
                + (from.step() < planned ? " of " + planned : "")
                + " steps are done."
                + (from.step() < planned ? " Go on with: " + resumeCommand() : ""));
  }

  private void tellEnd(TrainingResult result, Evaluation test, boolean nothingLeft) {
    console.print(
        "Test loss: "
            + Numbers.share(test.loss())
            + ", test accuracy: "
            + Numbers.share(test.accuracy()));
    if (result.ending() == Ending.MAX_STEPS && !nothingLeft) {
      console.note(
          quiet,
          "Stopped after step "
              + result.progress().step()
              + (result.progress().samples() == 0 && request.totalEpochs().isPresent()
                  ? ", with which epoch " + result.progress().epoch() + " ends"
                  : "")
              + ". Go on with: "
              + resumeCommand());
    }
  }

  /** A training of a few hundred steps is tested worse than it learns, which looks like a fault. */
  private void tellUnsettled(Graph graph, long steps) {
    double slowest =
        graph.nodes().stream()
            .map(Node::op)
            .filter(Op.BatchNorm.class::isInstance)
            .mapToDouble(op -> ((Op.BatchNorm) op).momentum())
            .filter(momentum -> momentum < 1)
            .max()
            .orElse(0);
    double rest = Math.pow(slowest, (double) steps);
    if (rest > SETTLED && request.settings().samples().initialWeights().isEmpty()) {
      console.note(
          quiet,
          String.format(
              Locale.ROOT,
              "After %s the moving statistics of batch normalisation are still %.0f %% what"
                  + " they began with: the test shows less than was learnt. Train longer.",
              Numbers.counted(steps, "step"),
              100 * rest));
    }
  }

  private String resumeCommand() {
    return Invocation.command() + " train --resume " + Invocation.quoted(request.folder().path());
  }

  private String reportCommand() {
    return Invocation.command() + " report " + Invocation.quoted(request.folder().path());
  }

  /**
   * What the end of a training needs.
   *
   * @param graph the network
   * @param session that was trained
   * @param data what it is tested on
   * @param interruption which has no step to wait for any more
   */
  private record Finish(
      Graph graph, Session session, TrainingData data, Interruption interruption) {
    /**
     * The test set's evaluation, which may have been the last epoch's validation.
     *
     * @throws JacquardException if the network gives NaN
     */
    Evaluation test(TrainingResult result, RunSettings settings) {
      boolean atEpochEnd = result.progress().samples() == 0;
      if (settings.samples().validation().isTestSet()
          && atEpochEnd
          && result.evaluation().isPresent()) {
        return result.evaluation().get();
      }
      try (Evaluator evaluator = new Evaluator(session, graph, data.test())) {
        Evaluation test = evaluator.evaluate();
        // The last step's loss says nothing of what that step did to the parameters.
        Predictions.requireNumbers(test.predictions().probabilities());
        return test;
      }
    }
  }
}
