package dev.jacquard.fmnist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.data.DataSet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the published data, where it is installed; {@code -Djacquard.require=all} demands it. */
final class RealDataTest {
  private Path folder;

  @BeforeEach
  void findData() {
    Optional<Path> found = FashionMnist.find(Optional.empty(), System.getenv());
    String remedy = "Fashion-MNIST is not here: apt-get install dataset-fashion-mnist";
    if ("all".equals(System.getProperty("jacquard.require"))) {
      assertTrue(found.isPresent(), remedy);
    }
    assumeTrue(found.isPresent(), remedy);
    folder = found.orElseThrow();
  }

  @Test
  void hasThePublishedDigests() {
    for (PublishedFile file : PublishedFile.ALL) {
      assertDoesNotThrow(() -> file.verify(FashionMnist.file(folder, file.name()).orElseThrow()));
    }
  }

  @Test
  void hasTheSameNumberOfImagesInEachClass() {
    assertArrayEquals(filled(6000), counts(FashionMnist.load(folder, Split.TRAIN)));
    assertArrayEquals(filled(1000), counts(FashionMnist.load(folder, Split.TEST)));
  }

  @Test
  void firstImagesAreThoseOfTheWalkThrough() {
    DataSet train = FashionMnist.load(folder, Split.TRAIN);
    DataSet test = FashionMnist.load(folder, Split.TEST);
    assertEquals("Ankle boot", train.classes().get(train.label(0)));
    assertEquals("T-shirt/top", train.classes().get(train.label(1)));
    assertEquals("Ankle boot", test.classes().get(test.label(0)));
    assertEquals("Pullover", test.classes().get(test.label(1)));
    int sum = 0;
    for (int i = 0; i < FashionMnist.SAMPLE.elements(); i++) {
      sum += train.bytes()[i] & 0xFF;
    }
    assertEquals(76_247, sum);
  }

  private static int[] counts(DataSet data) {
    int[] counts = new int[data.classes().size()];
    for (int label : data.labels()) {
      counts[label]++;
    }
    return counts;
  }

  private static int[] filled(int count) {
    int[] counts = new int[FashionMnist.CLASSES.size()];
    Arrays.fill(counts, count);
    return counts;
  }
}
