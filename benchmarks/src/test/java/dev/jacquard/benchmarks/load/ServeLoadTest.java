package dev.jacquard.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cli.Main;
import dev.jacquard.fmnist.FashionMnistNetworks;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.model.Model;
import dev.jacquard.model.ModelOptions;
import dev.jacquard.network.Network;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load generator, for a second, on {@code serve} in this JVM. */
class ServeLoadTest {
  @TempDir Path folder;

  @Test
  void everyRequestIsAnsweredAsWhenItIsAlone() throws InterruptedException {
    Path model = folder.resolve("model.safetensors");
    Network network = Network.parse(FashionMnistNetworks.json("lenet5"), LayerTypes.builtIn());
    try (Model untrained = Model.create(network, ModelOptions.defaults().withBackend("cpu"))) {
      untrained.save(model);
    }
    ByteArrayOutputStream served = new ByteArrayOutputStream();
    String[] serve = {
      "serve", "--backend", "cpu", "--port", "0", "--model", model.toString(), "--quiet"
    };
    Thread server = new Thread(() -> Main.run(serve, stream(served), stream(served)));
    server.start();
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      String[] load = {
        "--port", port(server, served), "--clients", "50", "--seconds", "1", "--warm-up", "0.1"
      };
      int status = ServeLoad.run(load, stream(out));
      List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
      assertEquals(0, status, lines::toString);
      assertTrue(
          lines.get(0).matches("50 clients, .* s: [1-9][0-9,]* requests, .* a second, 0 failed"),
          lines::toString);
      assertTrue(lines.get(1).startsWith("milliseconds: median "), lines::toString);
    } finally {
      server.interrupt();
      server.join();
    }
  }

  @Test
  void theLoadIsBounded() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String[] tooMuch : new String[][] {{"--clients", "201"}, {"--seconds", "601"}}) {
      String[] arguments = {"--port", "1", tooMuch[0], tooMuch[1]};
      assertEquals(2, ServeLoad.run(arguments, stream(out)));
    }
  }

  private static String port(Thread server, ByteArrayOutputStream served)
      throws InterruptedException {
    Pattern address = Pattern.compile("Serving on http://127\\.0\\.0\\.1:(\\d+)/");
    while (true) {
      Matcher found = address.matcher(served.toString(StandardCharsets.UTF_8));
      if (found.find()) {
        return found.group(1);
      }
      assertTrue(server.isAlive(), () -> served.toString(StandardCharsets.UTF_8));
      Thread.sleep(20);
    }
  }

  private static PrintStream stream(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }
}
