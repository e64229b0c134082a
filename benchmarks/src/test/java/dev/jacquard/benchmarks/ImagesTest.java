package dev.jacquard.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.FashionMnist;
import org.junit.jupiter.api.Test;

class ImagesTest {
  private static final String NETWORK = "fmnist-reference";

  @Test
  void randomImagesAreTheSameAtEveryCallAndSayWhatTheyAre() {
    Images images = Images.synthetic(7);
    assertEquals(7, images.data().size());
    assertEquals(FashionMnist.SAMPLE, images.data().sample());
    assertArrayEquals(images.data().bytes(), Images.synthetic(7).data().bytes());
    assertTrue(images.source().startsWith("random bytes"), images.source());
  }

  @Test
  void trainingBeginsAnewAtTheEndOfTheImages() {
    DataSet data = Images.synthetic(5).data();
    try (Training training = new Training(NETWORK, 4, 1, "none", data)) {
      float first = training.step();
      for (int i = 0; i < 60; i++) {
        assertTrue(Float.isFinite(training.step()));
      }
      assertTrue(training.step() < first, "four images are learnt by heart");
    }
  }

  @Test
  void inferenceGivesProbabilitiesForEveryImage() {
    DataSet data = Images.synthetic(5).data();
    try (Inference inference = new Inference(NETWORK, 2, 1, "none", data)) {
      float[] probabilities = inference.run();
      assertEquals(50, probabilities.length);
      for (int i = 0; i < 5; i++) {
        float sum = 0;
        for (int c = 0; c < 10; c++) {
          sum += probabilities[i * 10 + c];
        }
        assertEquals(1, sum, 1e-5);
      }
    }
  }
}
