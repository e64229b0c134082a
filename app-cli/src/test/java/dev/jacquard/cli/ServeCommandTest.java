package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cli.picture.Picture;
import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import dev.jacquard.model.Model;
import dev.jacquard.model.ModelOptions;
import dev.jacquard.train.EpochResult;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code serve}: what its address answers, with one run in the folder and a link out of it. */
class ServeCommandTest {
  @TempDir static Path folder;
  private static Path runs;
  private static DataSet test;
  private static Served served;

  @BeforeAll
  static void serve() throws IOException {
    runs = folder.resolve("runs");
    Outcome trained = Outcome.with(Tiny.train(folder), "--out", runs.resolve("tiny run"));
    assertEquals(0, trained.status(), trained.err());
    test = FashionMnist.load(folder.resolve("data"), Split.TEST);
    Path outside = folder.resolve("outside");
    Files.createDirectories(outside);
    Files.writeString(outside.resolve("network.json"), "{}");
    Files.writeString(outside.resolve("report.html"), "secret");
    Files.createSymbolicLink(runs.resolve("escape"), outside);
    served = Served.with("--runs", runs).awaitErr("Ctrl-C ends it.");
  }

  @AfterAll
  static void end() {
    assertEquals(0, served.end());
  }

  private static byte[] png(int index) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Picture.of(test, index).writePng(out, 1);
    return out.toByteArray();
  }

  private static Model model() {
    ModelOptions options = ModelOptions.defaults().withBackend("cpu");
    return Model.load(runs.resolve("tiny run"), options);
  }

  @Test
  void saysWhatPredictsAndWhere() {
    assertTrue(served.out().matches("Serving on http://127\\.0\\.0\\.1:\\d+/\n"), served.out());
    List<String> notes = served.err().lines().toList();
    assertTrue(notes.get(0).startsWith("Device: cpu ("), served.err());
    assertTrue(
        notes
            .get(1)
            .matches(
                "Model: .*/runs/tiny run, the newest finished run that can be read"
                    + " \\(tiny, test accuracy \\d\\.\\d{4}\\)"),
        served.err());
    assertEquals("Ctrl-C ends it.", notes.get(2));
  }

  @Test
  void thePictureIsClassifiedAndShown() throws Exception {
    byte[] bytes = Picture.of(test, 3).bytes();
    float[] expected;
    try (Model model = model()) {
      expected = model.predict(bytes);
    }
    JsonNode json = Served.json(served.predict("", png(3)));
    assertEquals(
        FashionMnist.CLASSES.get(json.get("class").intValue()), json.get("label").stringValue());
    assertEquals(10, json.get("classes").size());
    float best = 0;
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], json.get("probabilities").get(i).floatValue());
      best = Math.max(best, expected[i]);
    }
    assertEquals(best, json.get("confidence").floatValue());
    assertFalse(json.get("inverted").booleanValue());
    byte[] seen = Base64.getDecoder().decode(json.get("picture").stringValue());
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(seen));
    byte[] pixels = new byte[bytes.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) image.getRaster().getSample(i % 28, i / 28, 0);
    }
    assertArrayEquals(bytes, pixels);
  }

  @Test
  void invertingIsTheUsersChoice() throws Exception {
    JsonNode kept = Served.json(served.predict("?invert=no", png(3)));
    JsonNode inverted = Served.json(served.predict("?invert=yes", png(3)));
    assertTrue(inverted.get("inverted").booleanValue());
    assertFalse(kept.get("picture").equals(inverted.get("picture")));
    assertRefused(
        400,
        "invert: expected auto, yes or no, received maybe",
        served.predict("?invert=maybe", png(3)));
  }

  private static void assertRefused(int status, String line, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response.body());
    assertEquals(line, JsonMapper.shared().readTree(response.body()).get("error").stringValue());
  }

  @Test
  void whatIsNoPictureIsRefusedInALine() throws Exception {
    HttpResponse<String> response =
        served.predict("", "not a picture".getBytes(StandardCharsets.UTF_8));
    assertEquals(422, response.statusCode());
    String line = JsonMapper.shared().readTree(response.body()).get("error").stringValue();
    assertTrue(line.startsWith("the picture"), line);
    assertEquals(1, line.lines().count());
  }

  @Test
  void aModelWithoutNumbersSaysNothing() throws Exception {
    Path model =
        Tiny.withoutNumbers(
            runs.resolve("tiny run/model.safetensors"), folder.resolve("nan.safetensors"));
    try (Served without = Served.with("--model", model)) {
      assertRefused(
          500,
          "the model gives NaN for probabilities: its parameters are not finite; train again, at a"
              + " lower learning rate",
          without.predict("", png(0)));
    }
  }

  /** Side by side the same as one by one. */
  @Test
  void manyAtOnceAreAnsweredLikeOne() throws Exception {
    List<JsonNode> alone = new ArrayList<>();
    for (int i = 0; i < Tiny.TEST; i++) {
      alone.add(Served.json(served.predict("", png(i))));
    }
    ExecutorService clients = Executors.newFixedThreadPool(50);
    try {
      List<Future<JsonNode>> answers =
          IntStream.range(0, 200)
              .mapToObj(
                  i -> clients.submit(() -> Served.json(served.predict("", png(i % Tiny.TEST)))))
              .toList();
      for (int i = 0; i < answers.size(); i++) {
        assertEquals(alone.get(i % Tiny.TEST), answers.get(i).get());
      }
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void theModelIsDescribed() throws Exception {
    JsonNode json = Served.json(served.get("/api/model"));
    assertTrue(json.get("ready").booleanValue());
    assertEquals("tiny", json.get("network").stringValue());
    assertEquals("run tiny run", json.get("source").stringValue());
    assertEquals(20 << 20, json.get("upload_limit").intValue());
  }

  @Test
  void runsAreListedAndShown() throws Exception {
    JsonNode metrics =
        JsonMapper.shared().readTree(Files.readString(runs.resolve("tiny run/metrics.json")));
    JsonNode list = Served.json(served.get("/api/runs"));
    assertEquals(1, list.get("total").intValue());
    JsonNode run = list.get("runs").get(0);
    assertEquals("tiny run", run.get("name").stringValue());
    assertEquals("tiny", run.get("network").stringValue());
    assertEquals("finished", run.get("state").stringValue());
    assertEquals("cpu", run.get("device").stringValue());
    assertEquals(metrics.get("test_accuracy"), run.get("accuracy"));
    assertEquals(metrics.get("test_loss"), run.get("loss"));
    assertFalse(run.get("running").booleanValue());
    JsonNode whole = Served.json(served.get("/api/runs/tiny%20run"));
    assertEquals("[1,2,3]", whole.get("history").get("epoch").toString());
    assertEquals(12, whole.get("live").get("series").get("loss").size());
    assertEquals("16", whole.get("settings").get("batch_size").toString());
  }

  @Test
  void aReportIsShownButMayDoNothing() throws Exception {
    assertRefused(
        404,
        "this run has no report; make it with report",
        served.get("/runs/tiny%20run/report.html"));
    Files.writeString(runs.resolve("tiny run/report.html"), "<h1>Report</h1>");
    try {
      HttpResponse<String> response = served.get("/runs/tiny%20run/report.html");
      assertEquals("<h1>Report</h1>", response.body());
      String policy = response.headers().firstValue("Content-Security-Policy").orElse("");
      assertTrue(policy.startsWith("sandbox "), policy);
      assertFalse(policy.contains("script"), policy);
    } finally {
      Files.delete(runs.resolve("tiny run/report.html"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/runs/escape",
        "/runs/escape/report.html",
        "/api/runs/..",
        "/api/runs/%2e%2e",
        "/api/runs/..%2Foutside",
        "/api/runs/tiny%20run%2F..%2F..%2Foutside",
        "/runs/..%2Foutside/report.html",
        "/runs/tiny%20run/network.json",
        "/runs/tiny%20run/..%2F..%2Foutside%2Freport.html",
        "/runs/tiny%20run/model.safetensors",
        "/page/../page.js",
        "/%2e%2e/page.js",
        "/etc/passwd",
      })
  void nothingElseOfTheDiskIsReached(String path) throws Exception {
    HttpResponse<String> response = served.get(path);
    assertEquals(404, response.statusCode(), response.body());
    assertFalse(response.body().contains("secret"));
  }

  @Test
  void aLinkInARunIsNotFollowed() throws Exception {
    Path link = runs.resolve("tiny run/report.html");
    Files.createSymbolicLink(link, folder.resolve("outside/report.html"));
    try {
      assertEquals(404, served.get("/runs/tiny%20run/report.html").statusCode());
      JsonNode run = Served.json(served.get("/api/runs")).get("runs").get(0);
      assertFalse(run.get("report").booleanValue());
    } finally {
      Files.delete(link);
    }
  }

  @Test
  void aPortThatIsTakenEndsTheCommand() {
    int port = served.address().getPort();
    Outcome outcome =
        Outcome.of("serve", "--backend", "cpu", "--runs", runs, "--quiet", "--port", port);
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: port "
                + port
                + " of 127.0.0.1 is in use; choose another with --port, or --port 0 for any that is"
                + " free\n"),
        outcome);
    assertEquals(2, Outcome.of("serve", "--port", 65536).status());
  }

  @Test
  void aModelThatIsNotThereEndsTheCommand() {
    Outcome outcome = Outcome.of("serve", "--model", folder.resolve("none.safetensors"));
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("none.safetensors"), outcome.err());
  }

  @Test
  void aFileIsNoFolderOfRuns() throws IOException {
    Path file = Files.createFile(folder.resolve("no-folder"));
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: --runs "
                + file
                + ": expected a folder of run folders, received a file; give the folder above those"
                + " that train wrote, or one model with --model\n"),
        Outcome.of("serve", "--runs", file));
  }

  /** The page is of use before there is a model: to watch the training that makes it. */
  @Test
  void theFirstRunThatFinishesIsTaken() throws Exception {
    Path fresh = folder.resolve("fresh");
    try (Served waiting = Served.with("--runs", fresh)) {
      assertTrue(waiting.err().startsWith("No finished run in " + fresh + " yet;"), waiting.err());
      assertFalse(Served.json(waiting.get("/api/model")).get("ready").booleanValue());
      assertRefused(503, "no network is trained yet; train one first", waiting.predict("", png(0)));
      assertEquals("[]", Served.json(waiting.get("/api/runs")).get("runs").toString());
      assertEquals(
          0, Outcome.with(Tiny.train(folder), "--out", fresh.resolve("one"), "--quiet").status());
      assertTrue(Served.json(waiting.get("/api/model")).get("ready").booleanValue());
      assertEquals(
          Served.json(served.predict("", png(0))), Served.json(waiting.predict("", png(0))));
    }
  }

  /** One that is damaged keeps nobody from the others, nor from the page. */
  @Test
  void aRunThatCannotBeReadIsPassedOver() throws IOException {
    Path several = folder.resolve("several");
    for (String name : List.of("1", "2")) {
      Outcome trained = Outcome.with(Tiny.train(folder), "--out", several.resolve(name));
      assertEquals(0, trained.status(), trained.err());
    }
    Files.writeString(several.resolve("2/model.safetensors"), "damaged");
    try (Served without = Served.with("--runs", several)) {
      assertTrue(
          without.err().contains("/1, the newest finished run that can be read"), without.err());
    }
    Files.writeString(several.resolve("1/model.safetensors"), "damaged");
    try (Served without = Served.with("--runs", several)) {
      assertTrue(without.err().contains("the page predicts as soon as"), without.err());
    }
    Outcome wrong = Outcome.of("serve", "--runs", runs, "--port", 0, "--backend", "none");
    assertEquals(2, wrong.status(), wrong.err());
  }

  /** The newer one's parameters do not fit; the results of the older do not tell its accuracy. */
  @Test
  void aRunThatDoesNotOpenIsPassedOver() throws IOException {
    Path misfits = folder.resolve("misfits");
    Object[] train = Tiny.train(folder);
    assertEquals(0, Outcome.with(train, "--out", misfits.resolve("1")).status());
    Files.writeString(misfits.resolve("1/metrics.json"), "{\"steps\": 12}");
    Object network = train[4];
    train[4] = folder.resolve("other.json");
    Files.writeString((Path) train[4], Tiny.NETWORK.replace("\"units\": 8", "\"units\": 9"));
    assertEquals(0, Outcome.with(train, "--out", misfits.resolve("2")).status());
    try (Served served = Served.with("--runs", misfits, "--network", network)) {
      assertEquals(
          List.of(
              "Model: " + misfits + "/1, the newest finished run that can be read (tiny)",
              "Ctrl-C ends it."),
          served.awaitErr("Ctrl-C ends it.").err().lines().skip(1).toList());
    }
  }

  /** The test was of older parameters than those that predict. */
  @Test
  void aRunThatWentOnAndDidNotEndHasNoTestAccuracy() throws Exception {
    Path unfinished = folder.resolve("unfinished");
    Path run = unfinished.resolve("1");
    Outcome trained = Outcome.with(Tiny.train(folder), "--out", run, "--max-steps", 4);
    assertEquals(0, trained.status(), trained.err());
    Tiny.goOn(run, 8);
    try (Served served = Served.with("--runs", unfinished)) {
      assertEquals(
          List.of(
              "Model: " + run + ", the newest finished run that can be read (tiny)",
              "From the checkpoint after step 8 of 12: training is not finished.",
              "Ctrl-C ends it."),
          served.awaitErr("Ctrl-C ends it.").err().lines().skip(1).toList());
      assertFalse(Served.json(served.get("/api/model")).has("accuracy"));
      JsonNode told = Served.json(served.get("/api/runs/1"));
      assertFalse(told.get("tested").booleanValue());
      String last = Files.readAllLines(run.resolve("history.csv")).get(2);
      assertEquals(
          EpochResult.parseCsv(last).valAccuracy().orElseThrow(),
          told.get("accuracy").doubleValue());
    }
  }

  /** What holds for every run is not a run's fault. */
  @Test
  void whereNoRunOpensTheCommandEnds() {
    Outcome outcome =
        Outcome.of(
            "serve", "--backend", "cpu", "--precision", "tf32", "--runs", runs, "--port", "0");
    assertEquals(1, outcome.status(), outcome.err());
    String last = "jacquard: the cpu backend computes in fp32, received --precision tf32";
    assertTrue(outcome.err().contains(last), outcome.err());
  }
}
