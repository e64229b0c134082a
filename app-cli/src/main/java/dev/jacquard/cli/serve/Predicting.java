package dev.jacquard.cli.serve;

import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.http.Refusal;
import dev.jacquard.cli.http.Reply;
import dev.jacquard.cli.http.Request;
import dev.jacquard.cli.picture.Invert;
import dev.jacquard.cli.picture.Picture;
import dev.jacquard.cli.picture.PictureFile;
import dev.jacquard.cli.prediction.PictureModel;
import dev.jacquard.cli.prediction.Prediction;
import dev.jacquard.cli.prediction.Sample;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pictures in, labels out. Requests come on many threads, most of which wait; the work is done by
 * as many as there are processors, in the order of arrival, so that nobody waits much longer than
 * the others and only so many pictures are unpacked at once. A picture is made ready first; those
 * that are ready by the time that it is their turn are classified together, which costs half of one
 * by one.
 */
final class Predicting implements AutoCloseable {
  /** What a picture may have; a photograph has a few. */
  static final int MOST_BYTES = 20 << 20;

  /** For messages. */
  private static final String NAME = "the picture";

  private static final int MOST_TOGETHER = 16;
  private static final long MOST_SECONDS = 60;

  private final CurrentModel current;
  private final ExecutorService processors;
  private final Queue<Ready> ready = new ConcurrentLinkedQueue<>();

  Predicting(CurrentModel current) {
    this.current = current;
    this.processors =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            task -> {
              Thread thread = new Thread(task, "jacquard-predicting");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** What predicts, or that nothing does yet. */
  Reply model(String waiting) {
    ObjectNode json = Json.object();
    json.put("upload_limit", MOST_BYTES);
    current
        .get()
        .ifPresentOrElse(
            classifier -> {
              json.put("ready", true);
              json.put("network", classifier.model().network().name());
              json.put("source", classifier.source());
              json.put("device", classifier.device());
              classifier.accuracy().ifPresent(accuracy -> json.put("accuracy", accuracy));
              json.set("classes", Json.texts(classifier.pictures().classes()));
            },
            () -> json.put("ready", false).put("note", waiting));
    return Reply.json(json);
  }

  /** Classifies the picture that is the request's body. */
  Reply predict(Request request) {
    Invert invert = invert(request.query().getOrDefault("invert", "auto"));
    ServedModel classifier =
        current
            .get()
            .orElseThrow(() -> new Refusal(503, "no network is trained yet; train one first"));
    Waiting waiting = new Waiting(classifier, new CompletableFuture<>());
    processors.execute(() -> prepare(waiting, request.body(), invert));
    try {
      return waiting.reply().get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (TimeoutException e) {
      throw new Refusal(503, "the prediction took more than " + MOST_SECONDS + " seconds");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(503, "the server is ending");
    }
  }

  /** A request that waits for its reply. */
  private record Waiting(ServedModel classifier, CompletableFuture<Reply> reply) {}

  /** A picture that is ready to be classified. */
  private record Ready(Waiting waiting, Sample sample) {}

  private void prepare(Waiting waiting, byte[] file, Invert invert) {
    try {
      Shape input = waiting.classifier().model().input();
      ready.add(new Ready(waiting, new Sample(NAME, PictureFile.read(NAME, file, input, invert))));
      // Behind the pictures that came meanwhile, and so together with them.
      processors.execute(this::classify);
    } catch (JacquardException e) {
      waiting.reply().completeExceptionally(new Refusal(422, e.getMessage()));
    } catch (RuntimeException | Error e) {
      waiting.reply().completeExceptionally(e);
    }
  }

  /** Classifies what is ready; nothing if others have. */
  private void classify() {
    List<Ready> batch = new ArrayList<>();
    while (batch.size() < MOST_TOGETHER) {
      Ready next = ready.poll();
      if (next == null) {
        break;
      }
      batch.add(next);
    }
    if (batch.isEmpty()) {
      return;
    }
    try {
      classify(batch);
    } catch (JacquardException e) {
      // The device's; a picture's own come before.
      Refusal refused = new Refusal(500, e.getMessage());
      batch.forEach(each -> each.waiting().reply().completeExceptionally(refused));
    } catch (RuntimeException | Error e) {
      batch.forEach(each -> each.waiting().reply().completeExceptionally(e));
    }
  }

  private static void classify(List<Ready> batch) {
    // There is one, as a server has but one from the first that it finds.
    PictureModel pictures = batch.get(0).waiting().classifier().pictures();
    List<String> classes = pictures.classes();
    List<Prediction> predictions = pictures.predict(batch.stream().map(Ready::sample).toList());
    for (int i = 0; i < batch.size(); i++) {
      answer(batch.get(i).waiting(), predictions.get(i), classes);
    }
  }

  private static void answer(Waiting waiting, Prediction prediction, List<String> classes) {
    try {
      prediction.requireNumbers();
      waiting.reply().complete(Reply.json(json(prediction, classes)));
    } catch (JacquardException e) {
      waiting.reply().completeExceptionally(new Refusal(500, e.getMessage()));
    }
  }

  /** Classifies a blank picture, so that the first real one need not wait for code to be loaded. */
  void warmUp() {
    current.get().ifPresent(classifier -> processors.execute(() -> warmUp(classifier)));
  }

  private void warmUp(ServedModel classifier) {
    Shape input = classifier.model().input();
    byte[] blank = Picture.of(input, new byte[input.elements()]).png();
    prepare(new Waiting(classifier, new CompletableFuture<>()), blank, Invert.AUTO);
  }

  private static Invert invert(String text) {
    try {
      return Invert.named(text);
    } catch (JacquardException e) {
      throw new Refusal(400, "invert: " + e.getMessage());
    }
  }

  private static ObjectNode json(Prediction prediction, List<String> classes) {
    Picture picture = prediction.prepared().picture();
    ObjectNode json = prediction.json(classes);
    json.set("classes", Json.texts(classes));
    json.put("picture", Base64.getEncoder().encodeToString(picture.png()));
    json.put("height", picture.shape().dim(0));
    json.put("width", picture.shape().dim(1));
    return json;
  }

  @Override
  public void close() {
    processors.shutdownNow();
  }
}
