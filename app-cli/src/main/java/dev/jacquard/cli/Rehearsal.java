package dev.jacquard.cli;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.Devices;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Work;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.fmnist.FashionMnistNetworks;
import dev.jacquard.graph.Graph;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.model.ModelFile;
import dev.jacquard.network.Network;
import dev.jacquard.tensor.DType;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;

/**
 * Does once and unseen what should start quickly: the launcher keeps the classes that are loaded
 * meanwhile in an archive, from which the JVM takes them ready-made. Nobody else need run it.
 */
@Command(name = "rehearse", description = "Used by the launcher.", hidden = true)
final class Rehearsal implements Runnable {
  private static final SessionConfig CONFIG = SessionConfig.of(1).withWork(new Work(1));

  @Override
  public void run() {
    try {
      play("summary");
      predict();
    } catch (IOException | RuntimeException e) {
      // What was not rehearsed starts more slowly, no more.
      System.getLogger(Rehearsal.class.getName()).log(Level.DEBUG, "the rehearsal broke off", e);
    }
  }

  /** Predicts pictures by a network that has learned nothing. */
  static void predict() throws IOException {
    Path folder = Files.createTempDirectory("jacquard");
    Path model = folder.resolve("model.safetensors");
    Path png = folder.resolve("a.png");
    Path jpeg = folder.resolve("b.jpeg");
    try {
      write(model);
      BufferedImage image = new BufferedImage(40, 60, BufferedImage.TYPE_INT_RGB);
      image.setRGB(20, 30, 0xFFFFFF);
      ImageIO.write(image, "png", png.toFile());
      ImageIO.write(image, "jpeg", jpeg.toFile());
      play("predict", model.toString(), png.toString());
      play("predict", model.toString(), jpeg.toString(), png.toString());
      play("predict", model.toString(), jpeg.toString(), "--json");
    } finally {
      for (Path file : List.of(model, png, jpeg, folder)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void write(Path model) {
    ClassLoader loader = Rehearsal.class.getClassLoader();
    Network network =
        Network.parse(
            FashionMnistNetworks.json(FashionMnistNetworks.REFERENCE), LayerTypes.load(loader));
    Graph graph = network.lower(DType.U8);
    DeviceChoice choice = DeviceChoice.of(loader, Devices.AUTO, Map.of(), CONFIG.work());
    try (Device device = choice.open();
        Session session = device.session(graph, CONFIG)) {
      ModelFile.write(model, network, graph, session);
    }
  }

  private static void play(String... args) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream aside = new PrintStream(said, true, StandardCharsets.UTF_8);
    if (Main.run(
            args,
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            aside)
        != 0) {
      throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
    }
  }
}
