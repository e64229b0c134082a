package dev.jacquard.fmnist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import dev.jacquard.network.Schedule;
import dev.jacquard.network.TrainingDefaults;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FashionMnistNetworksTest {
  @Test
  void theDefaultComesFirst() {
    assertEquals(
        List.of("fmnist-reference", "lenet5", "resnet-small"), FashionMnistNetworks.names());
  }

  @Test
  void everyDocumentSaysItsName() {
    for (String name : FashionMnistNetworks.names()) {
      String json = FashionMnistNetworks.json(name);
      assertTrue(json.startsWith("{\n  \"name\": \"" + name + "\",\n"), json);
    }
  }

  @Test
  void theReferenceHasThePublishedParameters() {
    Network network = parse("fmnist-reference");
    assertEquals(357_642, network.parameters());
    assertEquals(356_938, network.trainableParameters());
    network.requireClasses(FashionMnist.CLASSES.size());
  }

  @Test
  void theReferenceTrainsAsItsRecipeSays() {
    TrainingDefaults training = parse("fmnist-reference").training().orElseThrow();
    assertEquals(64, training.batchSize());
    assertEquals(3, training.epochs());
    assertEquals(Schedule.ONE_CYCLE, training.schedule());
    assertEquals(new Optimizer.Adam(0.01, 0.9, 0.999, 1e-7), training.optimizer());
  }

  /** 156 + 2,416 + 48,120 + 10,164 + 850, as LeCun et al. count with full connections. */
  @Test
  void lenet5HasItsParameters() {
    Network network = parse("lenet5");
    assertEquals(61_706, network.parameters());
    network.requireClasses(FashionMnist.CLASSES.size());
  }

  @Test
  void theResidualNetworkIsSmall() {
    Network network = parse("resnet-small");
    assertEquals(176_090, network.parameters());
    network.requireClasses(FashionMnist.CLASSES.size());
  }

  @Test
  void refusesAnUnknownName() {
    assertEquals(
        "no network is named ../secret; expected one of fmnist-reference, lenet5, resnet-small"
            + " or a file ending in .json",
        assertThrows(JacquardException.class, () -> FashionMnistNetworks.json("../secret"))
            .getMessage());
  }

  private static Network parse(String name) {
    Network network = Network.parse(FashionMnistNetworks.json(name), LayerTypes.builtIn());
    assertEquals(FashionMnist.SAMPLE, network.inputShape());
    return network;
  }
}
