package dev.jacquard.benchmarks.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.jacquard.benchmarks.measure.Contender;
import dev.jacquard.benchmarks.measure.Pictures;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Stopwatch;
import java.io.IOException;

/** DJL on PyTorch. A process of its own, told what to do by {@link Settings}. */
public final class DjlContender implements Contender {
  private static final long PARAMETERS = 357_642;

  /** The end of the name under which batches are made beforehand. */
  private static final String PREPARED = "-prepared";

  private final Model model;
  private final Trainer trainer;
  private final Batches training;
  private final Batches test;
  private final int steps;
  private int next;

  private DjlContender(Settings settings, boolean prepared) throws IOException {
    steps = settings.steps();
    model = Model.newInstance("fmnist-reference");
    model.setBlock(ReferenceNetwork.create());
    trainer = model.newTrainer(config());
    trainer.initialize(new Shape(settings.batch(), 1, 28, 28));
    requireParameters(model.getBlock());
    Batches train =
        Batches.onDemand(Pictures.read(settings.data(), "train"), settings.batch(), false);
    Batches infer =
        Batches.onDemand(Pictures.read(settings.data(), "t10k"), settings.inferenceBatch(), true);
    NDManager manager = trainer.getManager();
    training = prepared ? Batches.prepared(train, manager) : train;
    test = prepared ? Batches.prepared(infer, manager) : infer;
  }

  private static void requireParameters(Block network) {
    long count =
        network.getParameters().values().stream().mapToLong(each -> each.getArray().size()).sum();
    if (count != PARAMETERS) {
      throw new IllegalStateException("expected " + PARAMETERS + " parameters, received " + count);
    }
  }

  private static DefaultTrainingConfig config() {
    Adam adam =
        Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).optEpsilon(1e-7f).build();
    return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
        .optOptimizer(adam)
        .optDevices(new Device[] {Device.cpu()});
  }

  /**
   * Measures and prints.
   *
   * @param arguments the name to report under, then the settings; a name that ends in "-prepared"
   *     has all batches made before
   */
  public static void main(String[] arguments) throws IOException {
    Settings settings = Settings.parse(arguments, 1);
    boolean prepared = arguments[0].endsWith(PREPARED);
    try (DjlContender contender = new DjlContender(settings, prepared)) {
      new Stopwatch(settings.seconds())
          .measure(arguments[0], contender, settings.steps(), System.out);
    }
  }

  @Override
  public void train() {
    for (int i = 0; i < steps; i++) {
      float loss = step(next);
      if (!Float.isFinite(loss)) {
        throw new IllegalStateException("the loss is " + loss);
      }
      next = (next + 1) % training.count();
    }
  }

  private float step(int number) {
    try (NDManager perStep = trainer.getManager().newSubManager()) {
      Batches.Batch batch = training.get(number, perStep);
      float loss;
      try (GradientCollector collector = trainer.newGradientCollector();
          NDList logits = trainer.forward(new NDList(batch.images()));
          NDArray mean = trainer.getLoss().evaluate(new NDList(batch.labels()), logits)) {
        collector.backward(mean);
        loss = mean.getFloat();
      }
      trainer.step();
      return loss;
    }
  }

  @Override
  public void infer() {
    for (int i = 0; i < test.count(); i++) {
      try (NDManager perBatch = trainer.getManager().newSubManager();
          NDList logits = trainer.evaluate(new NDList(test.get(i, perBatch).images()))) {
        logits.head().toFloatArray();
      }
    }
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
