package dev.jacquard.cli.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Light on dark and dark on light are told apart. */
class PolarityTest {
  @Test
  void everyTestImageAndItsNegativeIsToldRight() {
    Optional<Path> folder = FashionMnist.find(Optional.empty(), Map.of());
    assumeTrue(folder.isPresent(), "Fashion-MNIST is not on this machine");
    DataSet test = FashionMnist.load(folder.get(), Split.TEST);
    int wrong = 0;
    for (int i = 0; i < test.size(); i++) {
      float[] plane = new float[784];
      float[] negative = new float[784];
      for (int p = 0; p < 784; p++) {
        plane[p] = test.bytes()[i * 784 + p] & 0xFF;
        negative[p] = 255 - plane[p];
      }
      wrong += polarity(plane).isDarkOnLight() ? 1 : 0;
      wrong += polarity(negative).isDarkOnLight() ? 0 : 1;
    }
    assertEquals(0, wrong);
  }

  private static Polarity polarity(float[] plane) {
    return Polarity.of(new Pixels(28, 28, new float[][] {plane}, null));
  }
}
