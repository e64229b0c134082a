package dev.jacquard.cli.command;

import dev.jacquard.backend.Device;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Interruption;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.cli.option.PortNumber;
import dev.jacquard.cli.picture.PictureFile;
import dev.jacquard.cli.run.NamedModel;
import dev.jacquard.cli.serve.CurrentModel;
import dev.jacquard.cli.serve.ServedModel;
import dev.jacquard.cli.serve.Serving;
import dev.jacquard.error.JacquardException;
import dev.jacquard.model.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves a page on the loopback address, until it is interrupted. */
@Command(name = "serve", sortOptions = false)
public final class ServeCommand implements Runnable {
  private static final String ENDING = "Ending";

  private final Console console;

  /** That which every model is tried on; chosen when the first one is read. */
  private Optional<OpenDevice> opened = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "RUN|FILE",
      description = "A run folder or a .safetensors file (default: the newest finished run).")
  Path model;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "8080",
      converter = PortNumber.class,
      description = "The port on 127.0.0.1; 0 takes any that is free (default: 8080).")
  Integer port;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "The folder of the run folders that are shown (default: runs).")
  Path runs;

  @Mixin ComputeOptions compute = ComputeOptions.without("--seed", "--data", "--offline").ofModel();

  /** A command that writes to {@code console}. */
  public ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (Files.exists(runs) && !Files.isDirectory(runs)) {
      throw new JacquardException(
          "--runs "
              + runs
              + ": expected a folder of run folders, received a file; give the folder"
              + " above those that train wrote, or one model with --model");
    }
    if (Files.exists(runs) && !(Files.isReadable(runs) && Files.isExecutable(runs))) {
      throw new JacquardException(
          "--runs " + runs + ": no permission to list it; change the folder's permissions");
    }
    CountDownLatch asked = new CountDownLatch(1);
    try (Interruption interruption = Interruption.awaited(console.err(), ENDING)) {
      interruption.onRequest(ENDING, asked::countDown);
      try {
        serve(asked);
      } finally {
        opened.ifPresent(open -> open.device().close());
      }
    }
  }

  private void serve(CountDownLatch asked) {
    try (CurrentModel current =
            model == null
                ? CurrentModel.newestOf(
                    runs, run -> new Read(run, ", the newest finished run that can be read"))
                : CurrentModel.of(new Read(model, ""));
        Serving serving = Serving.start(port, runs, current)) {
      if (current.get().isEmpty()) {
        note("No finished run in " + runs + " yet; the page predicts as soon as there is one.");
      }
      console.print("Serving on " + serving.address());
      note("Ctrl-C ends it.");
      asked.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void note(String line) {
    console.note(compute.common().quiet(), line);
  }

  private record OpenDevice(DeviceChoice choice, Device device) {}

  /** A model that was read, to be opened on the device. */
  private final class Read implements CurrentModel.Candidate {
    private final TrainedModel trained;
    private final String which;

    Read(Path path, String which) {
      this.trained = TrainedModel.read(path, compute);
      this.which = which;
      PictureFile.requirePictures(trained.network().inputShape());
    }

    @Override
    public void requireDevice() {
      if (opened.isEmpty()) {
        DeviceChoice choice = compute.choose(console, trained.loader());
        opened = Optional.of(new OpenDevice(choice, choice.open()));
      }
    }

    @Override
    public ServedModel open() {
      OpenDevice on = opened.orElseThrow();
      NamedModel named = trained.named();
      OptionalDouble accuracy = named.testAccuracy();
      Model model = trained.open(on.device(), compute.sessionConfig());
      Path path = named.path();
      note(
          "Model: "
              + path
              + which
              + " ("
              + trained.network().name()
              + (accuracy.isEmpty()
                  ? ""
                  : ", test accuracy " + Numbers.share(accuracy.getAsDouble()))
              + ")");
      named.unfinished().ifPresent(ServeCommand.this::note);
      return new ServedModel(
          model,
          (named.run().isPresent() ? "run " : "") + path.toAbsolutePath().normalize().getFileName(),
          on.choice().title(),
          accuracy);
    }
  }
}
