package dev.jacquard.cli.prediction;

import dev.jacquard.cli.picture.Invert;
import dev.jacquard.cli.picture.NoPictureException;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Classifies pictures, many at once. What cannot be read is told, and does not stop the others. */
public final class Classifier {
  /** Pictures for one request to the device, after which the outcome is shown. */
  private static final int BATCH = 256;

  /** Bytes of these pictures as the network takes them, about. */
  private static final int MOST_BYTES = 64 << 20;

  private final List<Source> sources;
  private final Shape input;
  private final Invert invert;
  private final Troubles troubles;

  /**
   * Finds the pictures.
   *
   * @param arguments files, folders, {@code -} for the standard input
   * @param input what the network takes
   * @param troubles told of each file that is not classified, and of folders within those given
   */
  public Classifier(List<Path> arguments, Shape input, Invert invert, Troubles troubles) {
    this.sources = Sources.find(arguments, input, troubles);
    this.input = input;
    this.invert = invert;
    this.troubles = troubles;
  }

  /** How many pictures were found; some may turn out to be none. */
  public long size() {
    return sources.stream().mapToLong(Source::size).sum();
  }

  /** The length of the longest name of a picture. */
  public int nameLength() {
    return sources.stream()
        .mapToInt(
            source ->
                source.name().length()
                    + (source instanceof Source.Idx
                        ? ("[" + (source.size() - 1) + "]").length()
                        : 0))
        .max()
        .orElse(0);
  }

  /**
   * Classifies them all, in order.
   *
   * @param each is told every outcome as soon as it is known
   * @throws JacquardException if the model gives no numbers
   * @throws dev.jacquard.backend.DeviceException if the device fails
   */
  public void run(PictureModel model, Consumer<Prediction> each) {
    List<Sample> batch = new ArrayList<>();
    int most = Math.max(1, Math.min(BATCH, MOST_BYTES / input.elements()));
    for (Source source : sources) {
      for (int i = 0; i < source.size(); i++) {
        read(source, i).ifPresent(batch::add);
        if (batch.size() == most) {
          predict(model, batch, each);
        }
      }
    }
    if (!batch.isEmpty()) {
      predict(model, batch, each);
    }
  }

  private Optional<Sample> read(Source source, int index) {
    try {
      return Optional.of(source.sample(index, input, invert));
    } catch (NoPictureException e) {
      if (source instanceof Source.File file && !file.isNamed()) {
        troubles.skipped(file.name(), e.received());
      } else {
        troubles.failed(e);
      }
    } catch (JacquardException e) {
      troubles.failed(e);
    }
    return Optional.empty();
  }

  private static void predict(PictureModel model, List<Sample> batch, Consumer<Prediction> each) {
    for (Prediction prediction : model.predict(batch)) {
      prediction.requireNumbers();
      each.accept(prediction);
    }
    batch.clear();
  }
}
