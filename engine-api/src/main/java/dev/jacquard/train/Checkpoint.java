package dev.jacquard.train;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Session;
import dev.jacquard.checkpoint.SafeTensors;
import dev.jacquard.checkpoint.TensorFile;
import dev.jacquard.error.Excerpt;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that training needs to go on as if it had never stopped. In a file it is safetensors:
 * the session's tensors under their names, the rest as metadata.
 *
 * @param tensors the session's state, optimiser included
 * @param progress where training stands
 * @param recipe what was trained with and on, by name; a training with another does not go on
 * @param fingerprint of the training plan: another plan would not give the same bits
 * @param network the network as JSON, or whatever else the program wants back
 */
public record Checkpoint(
    Map<String, Tensor> tensors,
    Progress progress,
    Map<String, String> recipe,
    String fingerprint,
    String network) {
  private static final String FORMAT = "jacquard-checkpoint-1";

  /** An optimiser with all that it is set to is shown whole. */
  private static final int MOST_SHOWN = 200;

  /** Copies the maps. */
  public Checkpoint {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    recipe = Collections.unmodifiableMap(new LinkedHashMap<>(recipe));
  }

  /** Reads the session's state, which belongs to {@code progress}. */
  public static Checkpoint of(
      Session session,
      Progress progress,
      Map<String, String> recipe,
      String fingerprint,
      String network) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    session.tensors().forEach(name -> tensors.put(name, session.read(name)));
    return new Checkpoint(tensors, progress, recipe, fingerprint, network);
  }

  /** The first tensor that holds NaN or an infinity, with what it holds, or an empty string. */
  static String firstNonFinite(Map<String, Tensor> tensors) {
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      for (float value : entry.getValue().values()) {
        if (!Float.isFinite(value)) {
          return entry.getKey() + " holds " + value;
        }
      }
    }
    return "";
  }

  /**
   * Writes it, whole or not at all.
   *
   * @throws JacquardException if the file cannot be written; one that was there before is then
   *     unchanged
   */
  public void write(Path file) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", FORMAT);
    metadata.put("recipe", Metadata.lines(recipe));
    metadata.put("plan", fingerprint);
    metadata.put("network", network);
    metadata.put("step", Long.toString(progress.step()));
    metadata.put("epoch", Integer.toString(progress.epoch()));
    metadata.put("loss_sum", Double.toString(progress.lossSum()));
    metadata.put("hits", Long.toString(progress.hits()));
    metadata.put("samples", Long.toString(progress.samples()));
    metadata.put("seconds", Double.toString(progress.seconds()));
    metadata.put(
        "history", String.join("\n", progress.history().stream().map(EpochResult::csv).toList()));
    SafeTensors.write(file, new TensorFile(tensors, metadata));
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws JacquardException if the file cannot be read or is not a checkpoint
   */
  public static Checkpoint read(Path file) {
    TensorFile contents = SafeTensors.read(file);
    Metadata metadata = metadata(file, contents.metadata());
    return new Checkpoint(
        contents.tensors(),
        progress(metadata),
        metadata.recipe(),
        metadata.text("plan"),
        metadata.text("network"));
  }

  /**
   * Reads how far a training was that {@link #write} wrote, and none of its tensors.
   *
   * @throws JacquardException as {@link #read}
   */
  public static Progress readProgress(Path file) {
    return progress(metadata(file, SafeTensors.readMetadata(file)));
  }

  private static Metadata metadata(Path file, Map<String, String> texts) {
    String format = texts.getOrDefault("format", "none");
    if (!format.equals(FORMAT)) {
      throw new JacquardException(
          file
              + ": expected a checkpoint with the format "
              + FORMAT
              + ", received the format "
              + Excerpt.of(format)
              + "; use a run's checkpoint.safetensors");
    }
    return new Metadata(file, texts);
  }

  private static Progress progress(Metadata metadata) {
    return new Progress(
        metadata.wholeNumber("step", Long.MAX_VALUE),
        (int) metadata.wholeNumber("epoch", Integer.MAX_VALUE),
        metadata.number("loss_sum"),
        metadata.wholeNumber("hits", Long.MAX_VALUE),
        metadata.wholeNumber("samples", Long.MAX_VALUE),
        metadata.number("seconds"),
        metadata.history());
  }

  /**
   * Checks that it is of this network, plan and recipe.
   *
   * @throws JacquardException if it is not
   */
  void requireFit(Session session, Plan plan, Map<String, String> present) {
    if (!recipe.keySet().equals(present.keySet())) {
      throw new JacquardException(
          "the checkpoint's recipe: expected the settings "
              + present.keySet()
              + ", received "
              + Excerpt.of(recipe.keySet().toString(), MOST_SHOWN)
              + "; start anew with its weights");
    }
    recipe.forEach((setting, made) -> requireSame(setting, made, present.get(setting)));
    Map<String, Shape> expected = new LinkedHashMap<>();
    session.tensors().forEach(name -> expected.put(name, session.read(name).shape()));
    new TensorFile(tensors, Map.of()).requireExactly("the checkpoint", expected);
    if (!plan.fingerprint().equals(fingerprint)) {
      throw new JacquardException(
          "the checkpoint was made by plan "
              + Excerpt.of(fingerprint)
              + ", but this is plan "
              + plan.fingerprint()
              + ", which would not go on to the same bits; use the device, version, options and"
              + " tuning that it was made with, or start anew with its weights");
    }
  }

  private static void requireSame(String setting, String made, String received) {
    if (!made.equals(received)) {
      throw new JacquardException(
          "the checkpoint was made with "
              + setting
              + " "
              + Excerpt.of(made, MOST_SHOWN)
              + ", received "
              + received
              + "; go on with the former, or start anew with its weights");
    }
  }

  /** A checkpoint's metadata while it is read. */
  private record Metadata(Path file, Map<String, String> values) {
    String text(String key) {
      String value = values.get(key);
      if (value == null) {
        throw new JacquardException(
            file + ": metadata \"" + key + "\" is missing; the file is not a whole checkpoint");
      }
      return value;
    }

    static String lines(Map<String, String> settings) {
      StringBuilder lines = new StringBuilder();
      settings.forEach((name, value) -> lines.append(name).append(": ").append(value).append('\n'));
      return lines.toString();
    }

    Map<String, String> recipe() {
      Map<String, String> recipe = new LinkedHashMap<>();
      for (String line : text("recipe").lines().toList()) {
        String[] parts = line.split(": ", 2);
        if (parts.length != 2) {
          throw malformed("recipe", "lines of NAME: VALUE", null);
        }
        recipe.put(parts[0], parts[1]);
      }
      return recipe;
    }

    /** From 0 to {@code most}. */
    long wholeNumber(String key, long most) {
      long value;
      try {
        value = Long.parseLong(text(key));
      } catch (NumberFormatException e) {
        throw malformed(key, "a whole number", e);
      }
      if (value < 0 || value > most) {
        throw malformed(key, "a whole number from 0 to " + most, null);
      }
      return value;
    }

    double number(String key) {
      try {
        return Double.parseDouble(text(key));
      } catch (NumberFormatException e) {
        throw malformed(key, "a number", e);
      }
    }

    List<EpochResult> history() {
      List<EpochResult> rows = new ArrayList<>();
      try {
        text("history").lines().map(EpochResult::parseCsv).forEach(rows::add);
      } catch (JacquardException e) {
        throw new JacquardException(file + ": metadata \"history\": " + e.getMessage(), e);
      }
      return rows;
    }

    private JacquardException malformed(String key, String expected, NumberFormatException cause) {
      return new JacquardException(
          file
              + ": metadata \""
              + key
              + "\": expected "
              + expected
              + ", received "
              + Excerpt.of(values.get(key))
              + "; the file is not a whole checkpoint",
          cause);
    }
  }
}
