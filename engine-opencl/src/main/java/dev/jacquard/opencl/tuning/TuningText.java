package dev.jacquard.opencl.tuning;

import dev.jacquard.error.Excerpt;
import dev.jacquard.error.JacquardException;
import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.hash.Sha256;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A tuning as text: a line that says what it is, the device and its driver, the version of each
 * kernel family, and the choices.
 *
 * <pre>
 * jacquard tuning 1
 * device NVIDIA H100 80GB HBM3
 * driver 580.65.06
 * family conv2d_forward 3c4f0a...
 * launch conv2d_forward 14x14x32 3x3 64 b64: item_m=8 ...
 * </pre>
 *
 * What was found with another version of a family says nothing of today's, and is left out.
 *
 * @param device whose
 * @param driver with which it was found
 */
public record TuningText(String device, String driver, Tuning tuning) {
  private static final String FIRST = "jacquard tuning 1";
  private static final String DEVICE = "device ";
  private static final String DRIVER = "driver ";
  private static final String FAMILY = "family ";
  private static final String LAUNCH = "launch ";
  private static final int MOST_LINES = 10_000;

  /**
   * Reads a text.
   *
   * @param from what it comes from, for messages
   * @throws JacquardException if it is not such a text
   */
  public static TuningText parse(String from, String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(FIRST)) {
      throw new JacquardException(
          from
              + ", line 1: expected \""
              + FIRST
              + "\", received \""
              + (lines.isEmpty() ? "" : Excerpt.of(lines.get(0)))
              + "\"; only what tune --export wrote can be read");
    }
    if (lines.size() > MOST_LINES) {
      throw new JacquardException(
          from + " has " + lines.size() + " lines; expected at most " + MOST_LINES);
    }
    String device = "";
    String driver = "";
    Map<String, String> versions = new HashMap<>();
    Map<String, String> today = new HashMap<>();
    SortedMap<String, Choice> choices = new TreeMap<>();
    for (int number = 1; number < lines.size(); number++) {
      String line = lines.get(number);
      if (line.startsWith(DEVICE)) {
        device = line.substring(DEVICE.length());
      } else if (line.startsWith(DRIVER)) {
        driver = line.substring(DRIVER.length());
      } else if (line.startsWith(FAMILY) && line.split(" ", -1).length == 3) {
        versions.put(line.split(" ", -1)[1], line.split(" ", -1)[2]);
      } else if (line.startsWith(LAUNCH)) {
        String[] launch = launch(line.substring(LAUNCH.length()), at(from, number));
        Choice choice = choice(launch[1], at(from, number));
        String version = today.computeIfAbsent(Tuning.family(launch[0]), TuningText::version);
        if (version.equals(versions.get(Tuning.family(launch[0])))) {
          choices.put(launch[0], choice);
        }
      } else if (!line.isBlank()) {
        throw new JacquardException(
            at(from, number) + ": expected a launch, received \"" + Excerpt.of(line) + "\"");
      }
    }
    return new TuningText(device, driver, new Tuning(choices));
  }

  /** A launch's name, and its choice as text. */
  private static String[] launch(String text, String at) {
    int colon = text.indexOf(": ");
    int blank = text.indexOf(' ');
    if (blank < 1 || colon < blank) {
      throw new JacquardException(at + ": expected \"launch FAMILY SHAPE: NUMBERS\"");
    }
    return new String[] {text.substring(0, colon), text.substring(colon + 2)};
  }

  private static Choice choice(String text, String at) {
    return Choice.parse(text)
        .orElseThrow(
            () -> new JacquardException(at + ": expected numbers like tile_m=64 behind the :"));
  }

  private static String at(String from, int number) {
    return from + ", line " + (number + 1);
  }

  /** What a family's source is; empty if there is none of this name. */
  private static String version(String family) {
    if (!KernelSources.families().contains(family)) {
      return "";
    }
    return Sha256.name(KernelSources.of(family));
  }

  /** The text. */
  public String text() {
    StringBuilder text = new StringBuilder(FIRST + "\n");
    text.append(DEVICE).append(device).append('\n').append(DRIVER).append(driver).append('\n');
    TreeSet<String> families = new TreeSet<>();
    tuning.choices().keySet().forEach(launch -> families.add(Tuning.family(launch)));
    for (String family : families) {
      text.append(FAMILY).append(family).append(' ').append(version(family)).append('\n');
    }
    tuning
        .choices()
        .forEach((launch, choice) -> text.append(LAUNCH + launch + ": " + choice + "\n"));
    return text.toString();
  }
}
