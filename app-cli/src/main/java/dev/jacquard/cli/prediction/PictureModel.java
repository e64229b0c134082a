package dev.jacquard.cli.prediction;

import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network that classifies pictures.
 *
 * @param model the network on its device
 */
public record PictureModel(Model model) {

  /** The classes' names: those of Fashion-MNIST if there are as many, else their numbers. */
  public List<String> classes() {
    int count = model.classes();
    return count == FashionMnist.CLASSES.size()
        ? FashionMnist.CLASSES
        : IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  /**
   * Classifies pictures together.
   *
   * @return as many, in the same order, of which {@link Prediction#requireNumbers} is not asked yet
   * @throws dev.jacquard.backend.DeviceException if the device fails
   */
  public List<Prediction> predict(List<Sample> samples) {
    int elements = model.input().elements();
    byte[] bytes = new byte[samples.size() * elements];
    for (int i = 0; i < samples.size(); i++) {
      byte[] picture = samples.get(i).prepared().picture().bytes();
      System.arraycopy(picture, 0, bytes, i * elements, elements);
    }
    float[] all = model.predict(bytes);
    int classes = model.classes();
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      float[] own = Arrays.copyOfRange(all, i * classes, (i + 1) * classes);
      predictions.add(new Prediction(sample.name(), sample.prepared(), own));
    }
    return predictions;
  }
}
