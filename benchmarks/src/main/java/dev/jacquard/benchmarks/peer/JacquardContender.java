package dev.jacquard.benchmarks.peer;

import dev.jacquard.benchmarks.Inference;
import dev.jacquard.benchmarks.Training;
import dev.jacquard.benchmarks.measure.Contender;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Stopwatch;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.FashionMnistNetworks;
import dev.jacquard.fmnist.Split;

/** Jacquard's CPU backend. A process of its own, told what to do by {@link Settings}. */
public final class JacquardContender implements Contender {
  private final Training training;
  private final Inference inference;
  private float loss;

  private JacquardContender(Settings settings) {
    String network = FashionMnistNetworks.REFERENCE;
    training =
        new Training(
            network,
            settings.batch(),
            settings.threads(),
            FashionMnist.load(settings.data(), Split.TRAIN));
    inference =
        new Inference(
            network,
            settings.inferenceBatch(),
            settings.threads(),
            FashionMnist.load(settings.data(), Split.TEST));
  }

  /**
   * Measures and prints.
   *
   * @param arguments the name to report under, then the settings
   */
  public static void main(String[] arguments) {
    Settings settings = Settings.parse(arguments, 1);
    try (JacquardContender contender = new JacquardContender(settings)) {
      new Stopwatch(settings.seconds()).measure(arguments[0], contender, System.out);
    }
  }

  @Override
  public void train() {
    loss = training.step();
    if (!Float.isFinite(loss)) {
      throw new IllegalStateException("the loss is " + loss);
    }
  }

  @Override
  public void infer() {
    inference.run();
  }

  @Override
  public void close() {
    training.close();
    inference.close();
  }
}
