package dev.jacquard.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** A data set and a network that train in no time: each class is a bar at another height. */
final class Tiny {
  static final int TRAINING = 60;
  static final int TEST = 20;

  /** Four steps an epoch, the last of them partial. */
  static final String NETWORK =
      """
      {"name": "tiny", "input_shape": [28, 28, 1],
       "layers": [
         {"type": "AveragePooling2D", "pool_size": [4, 4]},
         {"type": "Flatten"},
         {"type": "Dense", "units": 8},
         {"type": "BatchNormalization"},
         {"type": "ReLU"},
         {"type": "Dropout", "rate": 0.25},
         {"type": "Dense", "units": 10, "activation": "softmax"}],
       "training": {"batch_size": 16, "epochs": 3,
         "optimizer": {"type": "Adam", "learning_rate": 0.02}, "schedule": "one-cycle"}}
      """;

  private Tiny() {}

  /** Writes the data set into {@code parent/data}. */
  static Path data(Path parent) {
    return data(parent, TRAINING, TEST);
  }

  /** Writes a data set of this size into {@code parent/data}. */
  static Path data(Path parent, int training, int test) {
    Path folder = parent.resolve("data");
    write(folder, "train", training);
    write(folder, "t10k", test);
    return folder;
  }

  /** Writes the network to {@code parent/tiny.json}. */
  static Path network(Path parent) {
    return write(parent.resolve("tiny.json"), NETWORK.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Path folder, String split, int count) {
    Random random = new Random(count);
    ByteBuffer images = ByteBuffer.allocate(16 + count * 784);
    images.putInt(0x803).putInt(count).putInt(28).putInt(28);
    ByteBuffer labels = ByteBuffer.allocate(8 + count);
    labels.putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      for (int pixel = 0; pixel < 784; pixel++) {
        boolean bar = pixel / 28 / 3 == i % 10;
        images.put((byte) ((bar ? 200 : 0) + random.nextInt(50)));
      }
      labels.put((byte) (i % 10));
    }
    write(folder.resolve(split + "-images-idx3-ubyte"), images.array());
    write(folder.resolve(split + "-labels-idx1-ubyte"), labels.array());
  }

  static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The arguments of a training of the tiny network, without a run folder and without a report. */
  static Object[] train(Path folder) {
    return new Object[] {
      "train",
      "--backend",
      "cpu",
      "--network",
      network(folder),
      "--data",
      data(folder),
      "--no-report"
    };
  }

  /** Has the training in a run folder go on to a step, and leaves it as if interrupted there. */
  static void goOn(Path run, int step) throws IOException {
    byte[] model = Files.readAllBytes(run.resolve("model.safetensors"));
    byte[] metrics = Files.readAllBytes(run.resolve("metrics.json"));
    Outcome outcome =
        Outcome.of("train", "--resume", run, "--max-steps", step, "--quiet", "--no-report");
    if (outcome.status() != 0) {
      throw new AssertionError(outcome.err());
    }
    write(run.resolve("model.safetensors"), model);
    write(run.resolve("metrics.json"), metrics);
  }

  /** Makes a copy of a model's file in which every parameter is NaN. */
  static Path withoutNumbers(Path model, Path copy) throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    Arrays.fill(bytes, (int) (Long.BYTES + header), bytes.length, (byte) 0xFF);
    return write(copy, bytes);
  }
}
