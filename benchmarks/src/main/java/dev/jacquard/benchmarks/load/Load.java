package dev.jacquard.benchmarks.load;

import dev.jacquard.benchmarks.Images;
import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.Split;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;

/**
 * A load on a server: clients that each send pictures one after the other, without a pause. What
 * the server answered to a picture when it was asked alone, byte for byte, it must answer to it
 * under load; all else is a failure.
 *
 * @param port of the server on 127.0.0.1
 * @param clients at once
 * @param seconds that the load lasts
 */
record Load(int port, int clients, double seconds) {
  static final int MOST_CLIENTS = 200;
  static final double MOST_SECONDS = 600;
  private static final int PICTURES = 100;

  Load {
    if (clients < 1 || clients > MOST_CLIENTS) {
      throw new IllegalArgumentException("clients: expected 1 to " + MOST_CLIENTS);
    }
    if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
      throw new IllegalArgumentException("seconds: expected more than 0, to " + MOST_SECONDS);
    }
  }

  /**
   * What came of it.
   *
   * @param latencies of the requests that were answered as they should be
   * @param failures of the others, in a line each
   * @param seconds that it took
   */
  record Outcome(Latencies latencies, List<String> failures, double seconds) {}

  /** The requests, with the answers that are expected. */
  private record Exchanges(List<byte[]> requests, List<byte[]> answers) {}

  /** Asks for each picture alone, then for all of them at once. */
  Outcome run() throws IOException, InterruptedException {
    Exchanges exchanges = exchanges();
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      long start = System.nanoTime();
      long end = start + (long) (seconds * 1e9);
      List<Future<Latencies>> parts = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        int first = i * PICTURES / clients;
        parts.add(threads.submit(() -> ask(exchanges, first, end)));
      }
      List<Latencies> done = new ArrayList<>();
      List<String> failures = new ArrayList<>();
      for (Future<Latencies> part : parts) {
        try {
          done.add(part.get());
        } catch (ExecutionException e) {
          failures.add(e.getCause().toString());
        }
      }
      double took = (System.nanoTime() - start) * 1e-9;
      return new Outcome(Latencies.merged(done), failures, took);
    } finally {
      threads.shutdownNow();
    }
  }

  private Exchanges exchanges() throws IOException {
    DataSet images = Images.firstOf(Split.TEST, PICTURES).data();
    List<byte[]> requests = new ArrayList<>();
    List<byte[]> answers = new ArrayList<>();
    try (Client client = new Client(port)) {
      for (int i = 0; i < PICTURES; i++) {
        requests.add(Client.request(port, png(images, i)));
        answers.add(client.send(requests.get(i)));
      }
    }
    return new Exchanges(requests, answers);
  }

  private static byte[] png(DataSet images, int index) {
    int height = images.sample().dim(0);
    int width = images.sample().dim(1);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image
        .getRaster()
        .setDataElements(
            0,
            0,
            width,
            height,
            Arrays.copyOfRange(
                images.bytes(), index * width * height, (index + 1) * width * height));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.setUseCache(false);
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The first failure ends a client: one is too many already. */
  private Latencies ask(Exchanges exchanges, int first, long end) throws IOException {
    Latencies latencies = new Latencies();
    try (Client client = new Client(port)) {
      int i = first;
      // Once even where the time was over before this client's turn came.
      do {
        long start = System.nanoTime();
        byte[] answer = client.send(exchanges.requests().get(i));
        latencies.add(System.nanoTime() - start);
        if (!Arrays.equals(answer, exchanges.answers().get(i))) {
          throw new IOException("picture " + i + " was answered otherwise than alone");
        }
        i = (i + 1) % PICTURES;
      } while (System.nanoTime() < end);
    }
    return latencies;
  }
}
