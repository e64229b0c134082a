package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cli.picture.Picture;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code predict}. */
class PredictCommandTest {
  @TempDir static Path shared;
  private static Path run;
  private static Path idx;
  @TempDir Path folder;

  @BeforeAll
  static void train() {
    run = shared.resolve("run");
    assertEquals(
        0, Outcome.with(Tiny.train(shared), "--epochs", 20, "--out", run, "--quiet").status());
    idx = shared.resolve("data/t10k-images-idx3-ubyte");
  }

  private static Outcome predict(Object... more) {
    return Outcome.with(new Object[] {"predict", run, "--backend", "cpu", "--quiet"}, more);
  }

  /** A test image as the data set has it. */
  private static byte[] image(int index) {
    try {
      byte[] all = Files.readAllBytes(idx);
      return Arrays.copyOfRange(all, 16 + index * 784, 16 + (index + 1) * 784);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] png(int index) {
    return Picture.of(Shape.of(28, 28, 1), image(index)).png();
  }

  private Path picture(String name, int index) {
    return Tiny.write(folder.resolve(name), png(index));
  }

  @Test
  void aPngOfATestImageIsTheTestImage() {
    for (int i = 0; i < Tiny.TEST; i++) {
      picture(String.format(Locale.ROOT, "pictures/%02d.png", i), i);
    }
    JsonNode all = predict(idx, "--json").json().get("predictions");
    // The bars of the first and the last class are at the border, as no item of the real set is.
    JsonNode own =
        predict(folder.resolve("pictures"), "--json", "--invert", "no").json().get("predictions");
    int hits = 0;
    for (int i = 0; i < Tiny.TEST; i++) {
      assertEquals(all.get(i).get("probabilities"), own.get(i).get("probabilities"), "image " + i);
      assertEquals(idx + "[" + i + "]", all.get(i).get("file").stringValue());
      hits += own.get(i).get("class").intValue() == i % 10 ? 1 : 0;
    }
    assertEquals(Tiny.TEST, own.size());
    assertTrue(hits > Tiny.TEST / 2, "only " + hits + " are right");
  }

  @Test
  void oneIsShownWithAllClasses() {
    Path file = picture("three.png", 3);
    Outcome outcome = Outcome.of("predict", run, file, "--backend", "cpu");
    assertEquals(0, outcome.status(), outcome.err());
    List<String> lines = outcome.out().lines().toList();
    assertTrue(lines.get(10).contains("████"), outcome.out());
    assertEquals("- PNG of 28 x 28", lines.get(29));
    assertTrue(lines.get(30).startsWith("- not inverted: light on dark (border "), outcome.out());
    for (int c = 0; c < 10; c++) {
      String name = FashionMnist.CLASSES.get(c);
      assertTrue(lines.get(32 + c).startsWith((c == 3 ? "> " : "  ") + name), outcome.out());
      assertTrue(lines.get(32 + c).endsWith(" %"), outcome.out());
    }
    assertTrue(lines.get(43).startsWith(file + ": Dress, "), outcome.out());
    assertEquals(44, lines.size());
    assertTrue(outcome.err().startsWith("Device: cpu "), outcome.err());
  }

  @Test
  void topShowsTheBestFirst() {
    Path file = picture("three.png", 3);
    List<String> lines =
        Outcome.of("predict", run, file, "--backend", "cpu", "--top", 2).out().lines().toList();
    assertTrue(lines.get(32).startsWith("> Dress"), lines.toString());
    assertEquals(36, lines.size());
    String line = predict(file, file, "--top", 2).out().lines().findFirst().orElseThrow();
    assertTrue(line.matches(".*three\\.png  Dress +\\d+\\.\\d %  \\S.* +\\d+\\.\\d %"), line);
  }

  /** Beside what readers without it rely on. */
  @Test
  void jsonHasTheBestToo() {
    Path file = picture("three.png", 3);
    JsonNode all = predict(file, "--json").json().get("predictions").get(0);
    assertFalse(all.has("top"), all.toString());
    JsonNode row = predict(file, "--json", "--top", 2).json().get("predictions").get(0);
    assertEquals(all.get("probabilities"), row.get("probabilities"));
    assertEquals(2, row.get("top").size());
    JsonNode best = row.get("top").get(0);
    assertEquals(row.get("label"), best.get("label"));
    assertEquals(row.get("class"), best.get("class"));
    assertEquals(row.get("confidence"), best.get("probability"));
    JsonNode second = row.get("top").get(1);
    int c = second.get("class").intValue();
    assertEquals(FashionMnist.CLASSES.get(c), second.get("label").stringValue());
    assertEquals(row.get("probabilities").get(c), second.get("probability"));
    for (int other = 0; other < 10; other++) {
      float probability = row.get("probabilities").get(other).floatValue();
      boolean isBest = other == best.get("class").intValue();
      assertTrue(isBest || probability <= second.get("probability").floatValue(), row.toString());
    }
    JsonNode whole = predict(file, "--json", "--top", 99).json().get("predictions").get(0);
    assertEquals(10, whole.get("top").size());
  }

  @Test
  void idxMayBeCompressed() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(Files.readAllBytes(idx));
    }
    Path file = Tiny.write(folder.resolve("images.gz"), bytes.toByteArray());
    Outcome outcome = predict(file);
    assertEquals(0, outcome.status(), outcome.err());
    assertEquals(Tiny.TEST, outcome.out().lines().count());
    String last = outcome.out().lines().skip(Tiny.TEST - 1L).findFirst().orElseThrow();
    assertTrue(last.startsWith(file + "[19]  "), last);
  }

  @Test
  void csvHasAllProbabilities() throws IOException {
    Path odd = picture("a, \"quoted\" name.png", 3);
    Path plain = picture("plain.png", 4);
    Path csv = folder.resolve("out.csv");
    Outcome outcome = predict(odd, plain, "--csv", csv);
    assertEquals(0, outcome.status(), outcome.err());
    List<String> lines = Files.readAllLines(csv);
    assertEquals("file,label,confidence," + String.join(",", FashionMnist.CLASSES), lines.get(0));
    assertEquals(3, lines.size());
    String quoted = "\"" + odd.toString().replace("\"", "\"\"") + "\",Dress,";
    assertTrue(lines.get(1).startsWith(quoted), lines.get(1));
    assertTrue(lines.get(2).startsWith(plain + ",Coat,"), lines.get(2));
    String[] fields = lines.get(2).split(",", -1);
    JsonNode json = predict(plain, "--json").json().get("predictions").get(0);
    double sum = 0;
    for (int c = 0; c < 10; c++) {
      assertEquals(json.get("probabilities").get(c).floatValue(), Float.parseFloat(fields[3 + c]));
      sum += Double.parseDouble(fields[3 + c]);
    }
    assertEquals(fields[2], fields[3 + 4]);
    assertEquals(1, sum, 1e-5);
  }

  @Test
  void csvMayGoThroughAPipe() throws IOException {
    Path file = picture("plain.png", 4);
    Path csv = folder.resolve("out.csv");
    assertEquals(0, predict(file, "--csv", csv).status());
    // Not quiet: even the only picture is not drawn between the rows.
    Outcome piped = Outcome.of("predict", run, file, "--backend", "cpu", "--csv", "-");
    assertEquals(0, piped.status(), piped.err());
    assertEquals(Files.readString(csv), piped.out());
    assertFalse(piped.err().contains("Probabilities"), piped.err());
    assertFalse(Files.exists(Path.of("-")));
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: --json and --csv - both write to the standard output; leave one out, or give \
            --csv a file
            Run 'jacquard predict --help' for its usage.
            """),
        predict(file, "--csv", "-", "--json"));
  }

  @Test
  void aCsvThatCannotBeWrittenIsRefusedFirst() {
    Path csv = folder.resolve("missing/out.csv");
    Outcome outcome = predict(picture("a.png", 0), "--csv", csv);
    assertEquals(1, outcome.status());
    assertEquals("", outcome.out());
    assertTrue(outcome.err().startsWith("jacquard: cannot write " + csv), outcome.err());
  }

  @Test
  void jsonTellsWhatWasDone() {
    JsonNode json = predict(picture("a.png", 5), "--json", "--invert", "yes").json();
    assertEquals(10, json.get("classes").size());
    JsonNode row = json.get("predictions").get(0);
    assertTrue(row.get("inverted").booleanValue());
    assertEquals("[\"PNG of 28 x 28\",\"inverted, as asked\"]", row.get("done").toString());
    int label = row.get("class").intValue();
    assertEquals(json.get("classes").get(label), row.get("label"));
    assertEquals(row.get("probabilities").get(label), row.get("confidence"));
  }

  @Test
  void aNegativeIsFoundOut() {
    byte[] negative = image(6);
    for (int i = 0; i < negative.length; i++) {
      negative[i] = (byte) ~negative[i];
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      Picture.of(Shape.of(28, 28, 1), negative).writePng(out, 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path file = Tiny.write(folder.resolve("negative.png"), out.toByteArray());
    JsonNode found = predict(file, "--json").json().get("predictions").get(0);
    JsonNode original = predict(picture("a.png", 6), "--json").json().get("predictions").get(0);
    assertEquals(original.get("probabilities"), found.get("probabilities"));
    assertTrue(found.get("inverted").booleanValue());
    assertTrue(predict(file, file).out().lines().allMatch(line -> line.endsWith(" %  inverted")));
    JsonNode left = predict(file, "--json", "--invert", "no").json().get("predictions").get(0);
    assertFalse(left.get("inverted").booleanValue());
  }

  @Test
  void aPictureMayComeThroughAPipe() {
    InputStream own = System.in;
    System.setIn(new ByteArrayInputStream(png(7)));
    try {
      Outcome outcome = predict("-");
      assertEquals(0, outcome.status(), outcome.err());
      assertTrue(outcome.out().startsWith("standard input  Sneaker "), outcome.out());
    } finally {
      System.setIn(own);
    }
  }

  @Test
  void aModelWithoutNumbersSaysNothing() throws IOException {
    Path model =
        Tiny.withoutNumbers(run.resolve("model.safetensors"), folder.resolve("nan.safetensors"));
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: the model gives NaN for probabilities: its parameters are not finite; train"
                + " again, at a lower learning rate\n"),
        Outcome.of("predict", model, picture("a.png", 0), "--backend", "cpu", "--quiet"));
  }

  @Test
  void aTrainingThatIsNotFinishedIsSaid() {
    Path cut = folder.resolve("cut");
    assertEquals(0, Outcome.with(Tiny.train(folder), "--out", cut, "--max-steps", 5).status());
    Outcome outcome = Outcome.of("predict", cut, picture("a.png", 0), "--backend", "cpu");
    assertEquals(
        "From the model after step 5 of 12: training is not finished.",
        outcome.err().lines().findFirst().orElseThrow());
  }

  @Test
  void aNetworkThatTakesNoPicturesIsSaid() {
    Path network =
        Tiny.write(
            folder.resolve("flat.json"),
            "{\"input_shape\": [7], \"layers\": [{\"type\": \"Dense\", \"units\": 3}]}"
                .getBytes(StandardCharsets.UTF_8));
    Outcome outcome = predict(picture("a.png", 0), "--network", network);
    assertEquals(1, outcome.status());
    assertTrue(
        outcome.err().startsWith("jacquard: the network takes samples of shape [7]; a picture"),
        outcome.err());
  }

  @Test
  void moreThanABatchIsInOrder() {
    byte[] header = {0, 0, 8, 3, 0, 0, 1, 44, 0, 0, 0, 28, 0, 0, 0, 28};
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.writeBytes(header);
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      many.writeBytes(image(i % Tiny.TEST));
    }
    Path file = Tiny.write(folder.resolve("many"), many.toByteArray());
    predict(idx, "--json")
        .json()
        .get("predictions")
        .forEach(row -> labels.add(row.get("label").stringValue()));
    JsonNode all = predict(file, "--json").json().get("predictions");
    assertEquals(300, all.size());
    for (int i = 0; i < 300; i++) {
      assertEquals(labels.get(i % Tiny.TEST), all.get(i).get("label").stringValue());
    }
  }

  private static void assertOrderIsTold(String received, String order, Object... arguments) {
    assertEquals(
        new Outcome(
            2,
            "",
            "jacquard: MODEL: expected a run folder or a .safetensors file, received "
                + received
                + "; the model comes first: jacquard predict "
                + order
                + "\nRun 'jacquard predict --help' for its usage.\n"),
        Outcome.with(new Object[] {"predict"}, arguments));
  }

  @Test
  void thePictureAndTheModelExchangedAreToldApart() {
    Path file = picture("a shoe.png", 1);
    Path other = picture("b.png", 1);
    String quoted = "'" + file + "'";
    assertOrderIsTold("the picture " + file, run + " " + quoted, file, run);
    Path model = run.resolve("model.safetensors");
    assertOrderIsTold(
        "the picture " + file, model + " " + quoted + " " + other, file, other, model);
    assertOrderIsTold("the picture " + file, "MODEL " + quoted + " " + other, file, other);
    assertOrderIsTold("the IDX images " + idx, run + " " + idx, idx, run);
  }

  /** It changes the result of a single picture, not only what is said beside it. */
  @Test
  void theHelpSaysWhatQuietLeavesOut() {
    String help = Outcome.of("predict", "--help").out().replaceAll("\\s+", " ");
    assertTrue(help.contains("and of a single picture, as of many, only a line."), help);
  }

  @Test
  void wrongUsageIsSaid() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: Missing required parameter: 'INPUT'
            Run 'jacquard predict --help' for its usage.
            """),
        predict());
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: Invalid value for option '--invert': expected auto, yes or no, received maybe
            Run 'jacquard predict --help' for its usage.
            """),
        predict("a.png", "--invert", "maybe"));
  }
}
