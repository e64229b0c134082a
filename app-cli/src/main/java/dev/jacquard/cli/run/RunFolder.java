package dev.jacquard.cli.run;

import dev.jacquard.checkpoint.AtomicFile;
import dev.jacquard.checkpoint.BoundedFile;
import dev.jacquard.cli.console.Json;
import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import dev.jacquard.train.Checkpoint;
import dev.jacquard.train.EpochResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The folder of one training. Every file in it is whole or not there. */
public final class RunFolder {
  /** Of half a million epochs. */
  private static final int MOST_HISTORY_BYTES = 64 << 20;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private final Path path;
  private final Optional<NewFolder> made;
  private final Optional<RunLock> lock;

  private RunFolder(Path path, Optional<NewFolder> made, Optional<RunLock> lock) {
    this.path = path;
    this.made = made;
    this.lock = lock;
  }

  /**
   * A new folder, with the network in it; that it can be written is thereby known early.
   *
   * @param chosen where; empty for {@code runs/TIME-NETWORK}
   * @throws JacquardException if the folder is in use or cannot be written; nothing stays then
   */
  public static RunFolder create(Optional<Path> chosen, Network network) {
    NewFolder made =
        chosen.isPresent()
            ? NewFolder.chosen(chosen.get())
            : NewFolder.unused(
                Path.of("runs"),
                TIME.format(LocalDateTime.now(ZoneId.systemDefault())) + "-" + network.name());
    // One that was there may hold a lock's file, which is nothing that a training would overwrite.
    RunGuard.requireOwnFiles(made.path());
    RunFolder folder =
        new RunFolder(made.path(), Optional.of(made), Optional.of(RunLock.of(made.path())));
    try {
      made.requireEmpty();
    } catch (RuntimeException e) {
      folder.release();
      throw e;
    }
    try {
      folder.write(FileNames.NETWORK, network.toJson());
    } catch (RuntimeException e) {
      folder.discard();
      throw e;
    }
    return folder;
  }

  /**
   * The folder of a training that has begun.
   *
   * @throws JacquardException if it is none
   */
  public static RunFolder existing(Path path) {
    if (!Files.isDirectory(path)) {
      throw NamedModel.notARun(
          path, Files.exists(path) ? "it is not a folder" : "there is no such folder", "");
    }
    return new RunFolder(path, Optional.empty(), Optional.empty());
  }

  /**
   * The folder of a training that has begun, of which a report is made: that may add to it.
   *
   * @throws JacquardException if it is none, or links lead out of it
   */
  public static RunFolder toWriteTo(Path path) {
    RunFolder folder = existing(path);
    RunGuard.requireOwnFiles(path);
    return folder;
  }

  /**
   * The folder of a training that goes on, which no other training writes until {@link #discard}.
   *
   * @throws JacquardException if it is none, another training writes it, or links lead out of it
   */
  public static RunFolder toGoOn(Path path) {
    RunFolder folder = toWriteTo(path);
    folder.settingsFile();
    return new RunFolder(path, Optional.empty(), Optional.of(RunLock.of(path)));
  }

  /** As the user knows it. */
  public Path path() {
    return path;
  }

  /** Everything that a resume needs. */
  public Path checkpoint() {
    return path.resolve(FileNames.CHECKPOINT);
  }

  /** The trained parameters. */
  public Path model() {
    return path.resolve(FileNames.MODEL);
  }

  /** The epochs' results. */
  public Path history() {
    return path.resolve(FileNames.HISTORY);
  }

  /** The steps' losses. */
  public Path steps() {
    return path.resolve(FileNames.STEPS);
  }

  /** What the trained network said of each test image. */
  public Path predictions() {
    return path.resolve(FileNames.PREDICTIONS);
  }

  /** The report's page. */
  public Path report() {
    return path.resolve(FileNames.REPORT);
  }

  /** The folder of the report's charts. */
  public Path plots() {
    return path.resolve(FileNames.PLOTS);
  }

  /** Its own name, without the folders above it. */
  public String name() {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }

  /** How the training stands, while it runs. */
  public Path live() {
    return path.resolve(FileNames.LIVE);
  }

  /** Reads the network. */
  public Network network(LayerTypes types) {
    return Network.read(path.resolve(FileNames.NETWORK), types);
  }

  /** Whether there are parameters in it that were trained, to the end or not. */
  public boolean isTrained() {
    return Files.exists(model()) || Files.exists(checkpoint());
  }

  /**
   * How far the training has come. The checkpoint is newer than the model where a training that was
   * gone on with did not end.
   *
   * @throws JacquardException if this is not a run's folder, or nothing is trained in it yet
   */
  public Trained trained() {
    boolean hasModel = Files.exists(model());
    boolean hasCheckpoint = Files.exists(checkpoint());
    if (!isTrained()) {
      throw Files.exists(path.resolve(FileNames.SETTINGS))
          ? new JacquardException(
              path + ": its training has not come to a first checkpoint; train again")
          : NamedModel.notARun(
              path,
              "it holds neither model.safetensors nor checkpoint.safetensors",
              ", or a .safetensors file");
    }
    long steps = hasCheckpoint ? Checkpoint.readProgress(checkpoint()).step() : 0;
    long tested = wholeNumber(FileNames.METRICS, RunMetrics.STEPS, steps);
    boolean isNewer = !hasModel || steps > tested;
    return new Trained(
        isNewer ? checkpoint() : model(),
        isNewer,
        Files.exists(path.resolve(FileNames.METRICS)) && (!isNewer || steps == tested),
        steps,
        wholeNumber(FileNames.SETTINGS, "planned_steps", 0));
  }

  private long wholeNumber(String file, String key, long otherwise) {
    if (!Files.exists(path.resolve(file))) {
      return otherwise;
    }
    JsonFile json = JsonFile.read(path.resolve(file));
    return json.has(key) ? json.wholeNumber(key) : otherwise;
  }

  /**
   * The accuracy of these parameters on the test set; empty if it is not known, or if no number
   * says it.
   *
   * @throws JacquardException if {@code metrics.json} is malformed
   */
  OptionalDouble testAccuracy(Trained trained) {
    return trained.isTested()
        ? JsonFile.read(path.resolve(FileNames.METRICS)).numberIfAny(RunMetrics.TEST_ACCURACY)
        : OptionalDouble.empty();
  }

  /**
   * The folder of plug-ins that the training began with.
   *
   * @throws JacquardException if it is gone, or may have come with the run: its code would run
   */
  public Optional<Path> plugins() {
    if (!Files.exists(path.resolve(FileNames.SETTINGS))) {
      return Optional.empty();
    }
    Optional<Path> plugins = settings().compute().plugins();
    if (plugins.isPresent() && !Files.isDirectory(plugins.get())) {
      throw new JacquardException(
          path.resolve(FileNames.SETTINGS)
              + " names the folder of plug-ins "
              + plugins.get()
              + ", which is gone; give the folder with --plugins DIR");
    }
    plugins.ifPresent(folder -> RunGuard.requireOutside(path, folder));
    return plugins;
  }

  /**
   * The checkpoint to go on from.
   *
   * @throws JacquardException if there is none
   */
  public Checkpoint lastCheckpoint() {
    if (!Files.exists(checkpoint())) {
      throw new JacquardException(
          path
              + ": its training has not come to a first checkpoint; train again, without --resume");
    }
    return Checkpoint.read(checkpoint());
  }

  /** Reads the settings, the device being the one that the run began on. */
  public RunSettings settings() {
    return SettingsJson.read(settingsFile());
  }

  /**
   * Reads {@code run.json} as texts: what is within another object under both keys with a point
   * between, an empty text where nothing is set.
   *
   * @throws JacquardException if it is not there or malformed
   */
  public Map<String, String> settingsTexts() {
    return settingsFile().texts();
  }

  private JsonFile settingsFile() {
    if (!Files.exists(path.resolve(FileNames.SETTINGS))) {
      throw NamedModel.notARun(path, "it holds no " + FileNames.SETTINGS, "");
    }
    return JsonFile.read(path.resolve(FileNames.SETTINGS));
  }

  /** Reads {@code metrics.json} likewise; empty until training has ended once. */
  public Map<String, String> metricsTexts() {
    Path file = path.resolve(FileNames.METRICS);
    return Files.exists(file) ? JsonFile.read(file).texts() : Map.of();
  }

  /**
   * The epochs that are done; none before the first.
   *
   * @throws JacquardException if {@code history.csv} cannot be read or is malformed
   */
  public List<EpochResult> epochs() {
    if (!Files.exists(history())) {
      return List.of();
    }
    try {
      String text = BoundedFile.requireText(history(), MOST_HISTORY_BYTES);
      return text.lines().skip(1).map(EpochResult::parseCsv).toList();
    } catch (IOException e) {
      throw new JacquardException(history() + ": cannot be read: " + IoReason.of(e), e);
    } catch (JacquardException e) {
      throw new JacquardException(history() + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Writes the settings. */
  public void write(RunSettings settings, RunOrigin origin) {
    write(FileNames.SETTINGS, SettingsJson.write(settings, origin));
  }

  /** Writes {@code metrics.json}. */
  public void write(RunMetrics metrics) {
    write(FileNames.METRICS, metrics.json());
  }

  private void write(String name, JsonNode document) {
    write(name, Json.text(document));
  }

  private void write(String name, String text) {
    String whole = text.endsWith("\n") ? text : text + "\n";
    AtomicFile.write(path.resolve(name), out -> out.write(whole.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Checks that files of this size fit, as well as can be known beforehand.
   *
   * @throws JacquardException if they do not
   */
  public void requireSpace(long bytes) {
    long usable;
    try {
      usable = Files.getFileStore(path).getUsableSpace();
    } catch (IOException e) {
      // Some file systems do not tell; the files themselves will.
      return;
    }
    if (usable < bytes) {
      throw new JacquardException(
          "the run folder "
              + path
              + " needs "
              + mebibytes(bytes)
              + " of disk space, but "
              + mebibytes(usable)
              + " are left; free some or "
              + (made.isPresent()
                  ? "choose another folder with --out"
                  : "move the folder to where there is more, and resume it there"));
    }
  }

  private static String mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) / (1 << 20) + " MiB";
  }

  /**
   * Ends the training in it: others may train in it, and a new folder is taken away again if there
   * is nothing in it that a user could want: neither a checkpoint nor a step in the log.
   */
  public void discard() {
    try {
      if (made.isEmpty() || Files.exists(checkpoint()) || hasSteps()) {
        return;
      }
      for (String name :
          List.of(
              FileNames.NETWORK,
              FileNames.SETTINGS,
              FileNames.HISTORY,
              FileNames.STEPS,
              FileNames.LIVE)) {
        Files.deleteIfExists(path.resolve(name));
      }
      release();
      made.get().remove();
    } catch (DirectoryNotEmptyException e) {
      // Somebody else uses a folder above it, which then stays.
    } catch (IOException e) {
      System.getLogger(RunFolder.class.getName())
          .log(System.Logger.Level.DEBUG, "could not delete " + path, e);
    } finally {
      release();
    }
  }

  private void release() {
    lock.ifPresent(RunLock::release);
  }

  /** Behind the log's heading. */
  private boolean hasSteps() throws IOException {
    if (!Files.exists(steps())) {
      return false;
    }
    try (Stream<String> lines = Files.lines(steps())) {
      return lines.skip(1).findFirst().isPresent();
    }
  }
}
