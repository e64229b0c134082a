package dev.jacquard.benchmarks.dl4j;

import dev.jacquard.benchmarks.measure.Contender;
import dev.jacquard.benchmarks.measure.Pictures;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J on its own native library. A process of its own, told what to do by {@link Settings}; all
 * batches are made beforehand.
 */
public final class Dl4jContender implements Contender {
  private static final int CLASSES = 10;

  private final MultiLayerNetwork network;
  private final List<Batch> training;
  private final List<Batch> test;
  private final int steps;
  private int next;

  /**
   * Images and labels.
   *
   * @param images {@code [n, 1, 28, 28]}
   * @param labels one-hot, {@code [n, 10]}
   */
  private record Batch(INDArray images, INDArray labels) {}

  private Dl4jContender(Settings settings) throws IOException {
    network = ReferenceNetwork.create();
    steps = settings.steps();
    training = batches(Pictures.read(settings.data(), "train"), settings.batch(), false);
    test = batches(Pictures.read(settings.data(), "t10k"), settings.inferenceBatch(), true);
  }

  /** All batches of a split; with {@code tail} also a last one that is smaller. */
  private static List<Batch> batches(Pictures pictures, int size, boolean tail) {
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < pictures.size(); from += size) {
      int count = Math.min(size, pictures.size() - from);
      if (count == size || tail) {
        batches.add(batch(pictures, from, count));
      }
    }
    return batches;
  }

  private static Batch batch(Pictures pictures, int from, int count) {
    float[] labels = new float[count * CLASSES];
    for (int i = 0; i < count; i++) {
      labels[i * CLASSES + pictures.label(from + i)] = 1;
    }
    return new Batch(
        Nd4j.create(
            pictures.scaled(from, count), new int[] {count, 1, Pictures.SIDE, Pictures.SIDE}),
        Nd4j.create(labels, new int[] {count, CLASSES}));
  }

  /**
   * Measures and prints.
   *
   * @param arguments the name to report under, then the settings
   */
  public static void main(String[] arguments) throws IOException {
    Settings settings = Settings.parse(arguments, 1);
    try (Dl4jContender contender = new Dl4jContender(settings)) {
      new Stopwatch(settings.seconds())
          .measure(arguments[0], contender, settings.steps(), System.out);
    }
  }

  @Override
  public void train() {
    for (int i = 0; i < steps; i++) {
      Batch batch = training.get(next);
      network.fit(batch.images(), batch.labels());
      next = (next + 1) % training.size();
    }
    double loss = network.score();
    if (!Double.isFinite(loss)) {
      throw new IllegalStateException("the loss is " + loss);
    }
  }

  @Override
  public void infer() {
    for (Batch batch : test) {
      try (INDArray probabilities = network.output(batch.images(), false)) {
        probabilities.data().asFloat();
      }
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
