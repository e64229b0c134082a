package dev.jacquard.train;

import dev.jacquard.backend.Session;
import dev.jacquard.checkpoint.AtomicFile;
import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes every step's loss to a CSV file: {@code step,loss}, steps from 1, losses in full float
 * precision. A resume cuts off the rows behind its checkpoint and goes on.
 */
public final class StepLog implements TrainingListener {
  private static final String HEADER = "step,loss\n";
  private static final Pattern STEP = Pattern.compile("([1-9][0-9]{0,17}),");

  private final Path file;
  private Writer writer;

  /** Logs to {@code file}. */
  public StepLog(Path file) {
    this.file = file;
  }

  @Override
  public void onStart(TrainingInfo info, TrainingControl control) {
    try {
      byte[] kept = rowsUntil(info.from().step()).getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(file, out -> out.write(kept));
      writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** The header and the rows of steps 1 to {@code last}; some may be missing. */
  private String rowsUntil(long last) throws IOException {
    StringBuilder text = new StringBuilder(HEADER);
    if (last == 0 || !Files.exists(file)) {
      return text.toString();
    }
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String row = reader.readLine(); row != null; row = reader.readLine()) {
        Matcher step = STEP.matcher(row);
        if (step.lookingAt() && Long.parseLong(step.group(1)) <= last) {
          text.append(row).append('\n');
        }
      }
    }
    return text.toString();
  }

  /**
   * Appends the rows of a stretch, so that they are in the file before a checkpoint says that they
   * are done.
   */
  @Override
  public void onStretch(StretchEvent event) {
    try {
      for (int i = 0; i < event.steps(); i++) {
        writer.write(Long.toString(event.firstStep() + i + 1));
        writer.write(',');
        writer.write(Float.toString(event.loss(i)));
        writer.write('\n');
      }
      writer.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void onEnd(TrainingResult result, Session session) {
    close();
  }

  @Override
  public void onFailure(Throwable failure) {
    close();
  }

  private void close() {
    if (writer != null) {
      try {
        writer.close();
      } catch (IOException e) {
        throw failed(e);
      } finally {
        writer = null;
      }
    }
  }

  private JacquardException failed(IOException e) {
    return new JacquardException(
        "cannot write "
            + file
            + ": "
            + IoReason.of(e)
            + "; free some space or choose another folder",
        e);
  }
}
