package dev.jacquard.model;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import dev.jacquard.train.Checkpoint;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Evaluator;
import dev.jacquard.train.Predictions;
import dev.jacquard.train.Recipe;
import dev.jacquard.train.TrainingListener;
import dev.jacquard.train.TrainingLoop;
import dev.jacquard.train.TrainingResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * A network with its parameters on a device, ready to predict and to train.
 *
 * <pre>{@code
 * try (Model model = Model.load(Path.of("runs/RUN"))) {
 *   float[] probabilities = model.predict(samples);
 * }
 * }</pre>
 *
 * <p>All methods are thread-safe. Predictions run side by side, as many at once as there are
 * processors; a prediction during a training waits for the steps in hand, half a second at most on
 * most devices, and sees what is learned until then. After {@link #close} all but the plain facts
 * throw {@link IllegalStateException}.
 */
public final class Model implements AutoCloseable {
  private static final String FILE = "model.safetensors";

  /**
   * What is compiled for requests of more than one sample. A single one has a plan of its own, as
   * each caller's memory is for a full batch, and so is the grid of a graphics processor's kernels.
   */
  private static final int BATCH = 64;

  private final Network network;
  private final Graph graph;
  private final List<String> unnamed;
  private final DeviceInfo device;
  private final SharedSession session;
  private final Runnable closeDevice;
  private final Inference single = new Inference(1);
  private final Inference batched = new Inference(BATCH);
  private final Semaphore turns = new Semaphore(Runtime.getRuntime().availableProcessors(), true);
  private final TrainingTurn turn = new TrainingTurn();

  private Model(
      Network network,
      Optional<ModelFile> file,
      DType samples,
      Device device,
      SessionConfig config,
      Runnable closeDevice) {
    this.network = network;
    this.graph = network.lower(samples);
    // A small file may name a network that no memory holds.
    file.ifPresent(contents -> contents.requireFit(graph));
    this.unnamed = Collections.nCopies(graph.classes(), "not known");
    this.device = device.info();
    this.session = new SharedSession(device.session(graph, config));
    this.closeDevice = closeDevice;
    try {
      file.ifPresent(contents -> contents.load(graph, session));
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** Loads a model onto the fastest device; otherwise as {@link #load(Path, ModelOptions)}. */
  public static Model load(Path file) {
    return load(file, ModelOptions.defaults());
  }

  /**
   * Loads a model.
   *
   * @param file a {@code .safetensors} file that {@link #save} or the command wrote, or the folder
   *     of a run, whose {@code model.safetensors} is taken
   * @throws JacquardException if it cannot be read or is not a model, or there is no such device
   */
  public static Model load(Path file, ModelOptions options) {
    ModelFile contents = ModelFile.read(model(file));
    Network network = contents.network(LayerTypes.load(options.loader()));
    return open(network, options, Optional.of(contents));
  }

  private static Path model(Path file) {
    if (!Files.isDirectory(file)) {
      return file;
    }
    Path model = file.resolve(FILE);
    if (!Files.exists(model)) {
      throw new JacquardException(
          file
              + " holds no "
              + FILE
              + ": expected the folder of a training that has ended; give that, or a .safetensors"
              + " file");
    }
    return model;
  }

  /**
   * Loads a model for samples of bytes onto a device that is open, and stays so when the model is
   * closed.
   *
   * @param network with the parameters that the file has
   * @throws JacquardException if a tensor is missing, surplus or of another shape, or the network
   *     is more than the device can do
   */
  public static Model load(ModelFile file, Network network, Device device, SessionConfig config) {
    return new Model(network, Optional.of(file), DType.U8, device, config, () -> {});
  }

  /**
   * A network with the initial parameters of the options' seed, to be trained.
   *
   * @throws JacquardException if there is no such device, or the network is more than it can do
   */
  public static Model create(Network network, ModelOptions options) {
    return open(network, options, Optional.empty());
  }

  private static Model open(Network network, ModelOptions options, Optional<ModelFile> file) {
    Device device = options.open();
    try {
      return new Model(
          network, file, options.samples(), device, options.sessionConfig(), device::close);
    } catch (RuntimeException | Error e) {
      device.close();
      throw e;
    }
  }

  /** The network. */
  public Network network() {
    return network;
  }

  /** What it computes on. */
  public DeviceInfo device() {
    return device;
  }

  /** The shape of one sample, {@code [H, W, C]} for pictures. */
  public Shape input() {
    return network.inputShape();
  }

  /** How many classes it tells apart. */
  public int classes() {
    return graph.classes();
  }

  /**
   * Classifies samples.
   *
   * @param samples {@code [N, H, W, C]}, unsigned bytes as a data set stores them; any N from 1 on.
   *     They are not changed, and must not be until the call returns
   * @return {@code [N, classes]}, the probabilities
   * @throws JacquardException if the length is not that of whole samples, their probabilities are
   *     more than an array holds, or the model is for samples of floats
   * @throws dev.jacquard.backend.DeviceException if the device fails
   */
  public float[] predict(byte[] samples) {
    int[] labels = new int[count(samples.length)];
    return predict(DataSet.ofBytes("samples", input(), samples, labels, unnamed));
  }

  /** Classifies samples of floats, for a model that is for these; otherwise as for bytes. */
  public float[] predict(float[] samples) {
    int[] labels = new int[count(samples.length)];
    return predict(DataSet.ofFloats("samples", input(), samples, labels, unnamed));
  }

  /** The labels are not read, as no loss is asked for. */
  private float[] predict(DataSet data) {
    int count = data.size();
    float[] probabilities = new float[Predictor.outputs("samples to predict", count, classes())];
    turns.acquireUninterruptibly();
    try {
      Predictor predictor = (count == 1 ? single : batched).predictor();
      return session.beside(
          () -> {
            try (ResidentData resident = session.upload(data)) {
              predictor.predict(resident, 0, count, probabilities, null);
            }
            return probabilities;
          });
    } finally {
      turns.release();
    }
  }

  private int count(int length) {
    int elements = input().elements();
    if (length == 0 || length % elements != 0) {
      throw new JacquardException(
          "samples to predict: expected a multiple of "
              + elements
              + " numbers, each sample being "
              + input()
              + ", received "
              + length);
    }
    return length / elements;
  }

  /**
   * Evaluates it on labelled samples.
   *
   * @throws JacquardException if the data set's samples, their storage or its classes are not those
   *     of the model, or are more than an {@link Evaluation} holds, or if the model gives NaN
   */
  public Evaluation evaluate(DataSet data) {
    try (Evaluator evaluator = new Evaluator(session, graph, data)) {
      Evaluation evaluation = evaluator.evaluate();
      Predictions.requireNumbers(evaluation.predictions().probabilities());
      return evaluation;
    }
  }

  /**
   * Trains it on from its present parameters, with fresh optimiser state.
   *
   * @param training what it is trained on, stored as the model takes it
   * @param validation what it is evaluated on after each epoch
   * @param recipe how; {@link Recipe#of} takes it from the network's file
   * @param listeners told in this order, on this thread; they may predict
   * @return how it ended; {@link #stopTraining} ends it early
   * @throws JacquardException if a data set or the recipe does not suit the network, the losses are
   *     no longer finite, or it is being trained already
   * @throws dev.jacquard.backend.DeviceException if the device fails
   */
  public TrainingResult train(
      DataSet training,
      Optional<DataSet> validation,
      Recipe recipe,
      List<TrainingListener> listeners) {
    return train(Optional.empty(), training, validation, recipe, listeners);
  }

  /**
   * Goes on with a training that was stopped, or failed, to the bits that it would have come to:
   * the rest being what it was, but for epochs under a constant schedule and the limit of steps.
   * All of that is checked but the model's own seed, from which dropout draws: it is the caller's
   * to give again.
   *
   * @param checkpoint the file that a {@link dev.jacquard.train.Checkpointing} among the listeners
   *     wrote
   * @return how it ended
   * @throws JacquardException as {@link #train}, or if the file cannot be read or is of another
   *     training; the parameters are then what they were
   * @throws dev.jacquard.backend.DeviceException if the device fails
   */
  public TrainingResult resume(
      Path checkpoint,
      DataSet training,
      Optional<DataSet> validation,
      Recipe recipe,
      List<TrainingListener> listeners) {
    Checkpoint from = Checkpoint.read(checkpoint);
    return train(Optional.of(from), training, validation, recipe, listeners);
  }

  private TrainingResult train(
      Optional<Checkpoint> from,
      DataSet training,
      Optional<DataSet> validation,
      Recipe recipe,
      List<TrainingListener> listeners) {
    turn.begin(network.name());
    try (TrainingLoop loop =
        new TrainingLoop(session, graph, recipe, training, validation, listeners)) {
      turn.running(loop);
      return from.isPresent() ? loop.run(loop.restore(from.get())) : loop.run();
    } finally {
      turn.end();
    }
  }

  /**
   * Asks the training that goes on, if there is one, to end after the stretch in hand, half a
   * second at most on most devices; for any thread, which does not wait. It ends cleanly, as {@link
   * TrainingResult.Ending#INTERRUPTED}, so that {@link #resume} can go on.
   */
  public void stopTraining() {
    turn.stop();
  }

  /**
   * Writes it with its network, whole or not at all.
   *
   * @param file a {@code .safetensors} file; one that is there is replaced
   * @throws JacquardException if the file cannot be written
   */
  public void save(Path file) {
    session.alone(() -> ModelFile.of(file, network, graph, session)).write();
  }

  /**
   * Waits for the predictions and the stretch in hand, then frees everything, also the device
   * unless it was open before. What waits for its turn, and a training that goes on, ends with
   * {@link IllegalStateException}. Closing again does nothing.
   */
  @Override
  public void close() {
    try {
      session.close();
    } finally {
      closeDevice.run();
    }
  }

  /** Inference for batches of up to one size, compiled when it is first needed. */
  private final class Inference {
    private final int batch;
    private volatile Predictor compiled;

    Inference(int batch) {
      this.batch = batch;
    }

    Predictor predictor() {
      Predictor known = compiled;
      return known == null ? compile() : known;
    }

    private synchronized Predictor compile() {
      if (compiled == null) {
        compiled = session.predictor(batch);
      }
      return compiled;
    }
  }
}
