package dev.jacquard.cli.serve;

import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.http.Refusal;
import dev.jacquard.cli.http.Reply;
import dev.jacquard.cli.http.Request;
import dev.jacquard.cli.picture.Invert;
import dev.jacquard.cli.picture.Picture;
import dev.jacquard.cli.picture.PictureFile;
import dev.jacquard.cli.picture.Prepared;
import dev.jacquard.error.JacquardException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pictures in, labels out. Requests come on many threads, most of which wait; the work is done by
 * as many as there are processors, in the order of arrival, so that nobody waits much longer than
 * the others and only so many pictures are unpacked at once.
 */
final class Predicting implements AutoCloseable {
  /** What a picture may have; a photograph has a few. */
  static final int MOST_BYTES = 20 << 20;

  private static final long MOST_SECONDS = 60;

  private final CurrentModel current;
  private final ExecutorService processors;

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
              json.set("classes", Json.texts(classifier.classes()));
            },
            () -> json.put("ready", false).put("note", waiting));
    return Reply.json(json);
  }

  /** Classifies the picture that is the request's body. */
  Reply predict(Request request) {
    Invert invert = invert(request.query().getOrDefault("invert", "auto"));
    Classifier classifier =
        current
            .get()
            .orElseThrow(() -> new Refusal(503, "no network is trained yet; train one first"));
    Future<Reply> reply = processors.submit(() -> predict(classifier, request.body(), invert));
    try {
      return reply.get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (TimeoutException e) {
      reply.cancel(true);
      throw new Refusal(503, "the prediction took more than " + MOST_SECONDS + " seconds");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(503, "the server is ending");
    }
  }

  private static Invert invert(String text) {
    for (Invert each : Invert.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
        return each;
      }
    }
    throw new Refusal(400, "invert: expected auto, yes or no, received " + text);
  }

  private static Reply predict(Classifier classifier, byte[] file, Invert invert) {
    Prepared prepared;
    try {
      prepared = PictureFile.read("the picture", file, classifier.model().input(), invert);
    } catch (JacquardException e) {
      throw new Refusal(422, e.getMessage());
    }
    float[] probabilities = classifier.model().predict(prepared.picture().bytes());
    return Reply.json(json(classifier.classes(), probabilities, prepared));
  }

  private static ObjectNode json(List<String> classes, float[] probabilities, Prepared prepared) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    ObjectNode json = Json.object();
    json.put("label", classes.get(best));
    json.put("class", best);
    json.put("confidence", probabilities[best]);
    ArrayNode all = json.putArray("probabilities");
    for (float probability : probabilities) {
      all.add(probability);
    }
    json.set("classes", Json.texts(classes));
    json.put("picture", Base64.getEncoder().encodeToString(png(prepared.picture())));
    json.put("height", prepared.picture().shape().dim(0));
    json.put("width", prepared.picture().shape().dim(1));
    json.set("done", Json.texts(prepared.done()));
    json.put("inverted", prepared.inverted());
    return json;
  }

  private static byte[] png(Picture picture) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      picture.writePng(out, 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    processors.shutdownNow();
  }
}
