package dev.jacquard.model;

import dev.jacquard.backend.BackendProvider;
import dev.jacquard.data.DataSet;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import dev.jacquard.reference.ReferenceBackend;
import dev.jacquard.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Pictures of 4x4 with a bright row, the class being which, and a network that can tell. */
final class Stripes {
  static final Shape PICTURE = Shape.of(4, 4, 1);

  static final Network NETWORK =
      Network.parse(
          """
          {"name": "stripes", "input_shape": [4, 4, 1],
           "layers": [
             {"type": "Flatten"},
             {"type": "Dense", "units": 6, "activation": "relu"},
             {"type": "Dense", "units": 4, "activation": "softmax"}],
           "training": {"batch_size": 8, "epochs": 6,
             "optimizer": {"type": "Adam", "learning_rate": 0.05}}}
          """,
          LayerTypes.builtIn());

  private Stripes() {}

  static DataSet data(String name, int size) {
    Random random = new Random(name.hashCode());
    byte[] pixels = new byte[size * 16];
    int[] labels = new int[size];
    for (int i = 0; i < pixels.length; i++) {
      int picture = i / 16;
      labels[picture] = picture % 4;
      int row = i % 16 / 4;
      pixels[i] = (byte) (random.nextInt(60) + (row == labels[picture] ? 180 : 0));
    }
    return DataSet.ofBytes(name, PICTURE, pixels, labels, List.of("a", "b", "c", "d"));
  }

  /**
   * Options by which a model is computed by the reference, which no service file of its own names.
   *
   * @param folder where one is put
   */
  static ModelOptions onReference(Path folder) {
    try {
      Path services = Files.createDirectories(folder.resolve("META-INF/services"));
      Files.writeString(
          services.resolve(BackendProvider.class.getName()), ReferenceBackend.class.getName());
      URL[] here = {folder.toUri().toURL()};
      return ModelOptions.defaults()
          .withLoader(new URLClassLoader(here, Stripes.class.getClassLoader()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
