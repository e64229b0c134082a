package dev.jacquard.opencl.tuning;

import dev.jacquard.checkpoint.AtomicFile;
import dev.jacquard.checkpoint.BoundedFile;
import dev.jacquard.error.JacquardException;
import dev.jacquard.opencl.hash.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is known to be fast on a device: what was found on this machine, and where that has nothing,
 * what came with the program for this device, or else for its vendor.
 *
 * @param folder where what is found is kept; empty if there is none
 * @param device its name
 * @param driver its version
 * @param vendor who makes its driver
 */
public record TuningStore(Optional<Path> folder, String device, String driver, String vendor) {
  private static final System.Logger LOGGER = System.getLogger("dev.jacquard.opencl");
  private static final int MOST_BYTES = 1 << 20;

  /** All that is known. What cannot be read is not known. */
  public Tuning known() {
    return found().or(shipped(device)).or(shipped(vendor));
  }

  /** What was found on this machine with this driver. */
  public Tuning found() {
    if (folder.isEmpty()) {
      return Tuning.NONE;
    }
    Path file = file(folder.get());
    try {
      TuningText text = read(file);
      boolean ours = text.device().equals(device) && text.driver().equals(driver);
      return ours ? text.tuning() : Tuning.NONE;
    } catch (NoSuchFileException e) {
      return Tuning.NONE;
    } catch (IOException | JacquardException e) {
      LOGGER.log(Level.WARNING, "the tuning of " + device + " is not used: " + e.getMessage());
      return Tuning.NONE;
    }
  }

  /**
   * Keeps what is to be known of this device, instead of what was found before.
   *
   * @throws JacquardException if it cannot be written
   */
  public void keep(Tuning tuning) {
    Path file = requireWritable();
    byte[] text = text(tuning).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> out.write(text));
  }

  /**
   * Keeps what a search won beside what was found before. What came with the program is not copied:
   * a later program may bring something better.
   *
   * @param known what the search began with
   * @return whether it won anything
   * @throws JacquardException if it cannot be written
   */
  public boolean keepWon(Tuning best, Tuning known) {
    Tuning won = best.beyond(known);
    if (won.equals(Tuning.NONE)) {
      return false;
    }
    keep(won.or(found()));
    return true;
  }

  /**
   * The file that {@link #keep} writes, in a folder that is made if need be.
   *
   * @throws JacquardException if it cannot be written
   */
  public Path requireWritable() {
    Path to =
        folder.orElseThrow(
            () -> new JacquardException("there is no folder for tunings; set JACQUARD_CACHE"));
    try {
      Files.createDirectories(to);
    } catch (IOException e) {
      throw new JacquardException(to + " cannot be made (" + e + "); set JACQUARD_CACHE", e);
    }
    AtomicFile.requireWritable(file(to));
    return file(to);
  }

  /**
   * Keeps a tuning for ever, under a name of its own.
   *
   * @return the name, which {@link #pinned} takes; empty if it cannot be written
   */
  public Optional<String> pin(Tuning tuning) {
    String text = text(tuning);
    String name = Sha256.name(text);
    try {
      Path to = folder.orElseThrow(() -> new IOException("there is no folder for tunings"));
      Files.createDirectories(to);
      if (!Files.exists(pinnedFile(to, name))) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(pinnedFile(to, name), out -> out.write(bytes));
      }
      return Optional.of(name);
    } catch (IOException | JacquardException e) {
      LOGGER.log(Level.DEBUG, "the tuning of " + device + " is not pinned", e);
      return Optional.empty();
    }
  }

  private static Path pinnedFile(Path in, String name) {
    return in.resolve("pinned-" + name + ".tuning");
  }

  /**
   * A tuning that was kept under a name.
   *
   * @throws JacquardException if there is none, or its file is damaged
   */
  public Tuning pinned(String name) {
    Path file = folder.map(in -> pinnedFile(in, name)).filter(Files::exists).orElse(null);
    if (file == null) {
      throw new JacquardException(
          "the tuning "
              + name
              + " is not on this machine"
              + folder.map(in -> " (there is no " + pinnedFile(in, name) + ")").orElse("")
              + "; copy it from the one where the run began, or give --opencl-tuning auto, which"
              + " may compute other bits");
    }
    try {
      return read(file).tuning();
    } catch (IOException e) {
      throw new JacquardException(file + " cannot be read (" + e + ")", e);
    }
  }

  private static TuningText read(Path file) throws IOException {
    String text =
        BoundedFile.text(file, MOST_BYTES)
            .orElseThrow(() -> new JacquardException(file + " is larger than any tuning"));
    return TuningText.parse(file.toString(), text);
  }

  /** A tuning of this device as text. */
  public String text(Tuning tuning) {
    return new TuningText(device, driver, tuning).text();
  }

  private Path file(Path in) {
    // Names may differ in what a file's name cannot have.
    String hash = Integer.toHexString((device + "\n" + driver).hashCode());
    return in.resolve(plain(device) + "-" + plain(driver) + "-" + hash + ".tuning");
  }

  /** A name of letters, digits and dashes. */
  private static String plain(String name) {
    List<String> words = List.of(name.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"));
    return String.join("-", words.stream().filter(word -> !word.isEmpty()).toList());
  }

  private static Tuning shipped(String whose) {
    String name = plain(whose) + ".tuning";
    try (InputStream file = TuningStore.class.getResourceAsStream(name)) {
      return file == null
          ? Tuning.NONE
          : TuningText.parse(name, new String(file.readAllBytes(), StandardCharsets.UTF_8))
              .tuning();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read", e);
    }
  }
}
