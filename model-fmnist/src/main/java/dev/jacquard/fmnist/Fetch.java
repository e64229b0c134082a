package dev.jacquard.fmnist;

import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Fetches the data set into a folder: from upstream, else from the Debian package. Every file is
 * checked by SHA-256 before it takes its place there in one step, so that two processes may fetch
 * at once and a reader never sees part of a file.
 */
public final class Fetch {
  private static final String REMEDY =
      "run apt-get install " + AptSource.PACKAGE + ", or give --data DIR with the four IDX files";

  // The package, its contents and apt's lists.
  private static final long ENOUGH_BYTES = 200L << 20;

  private final List<Source> sources;
  private final List<PublishedFile> files;

  Fetch(List<Source> sources, List<PublishedFile> files) {
    this.sources = List.copyOf(sources);
    this.files = List.copyOf(files);
  }

  /** From the places that every user has. */
  public static Fetch standard() {
    return new Fetch(List.of(HttpSource.upstream(), AptSource.standard()), PublishedFile.ALL);
  }

  /**
   * Fetches the data set unless {@code folder} holds it already, which is checked by SHA-256.
   *
   * @param folder created when it does not exist
   * @param offline forbids the network
   * @param announce told one line before the network is used
   * @return {@code folder}
   * @throws JacquardException if no source has the right files, the folder cannot be written, or
   *     the network is needed and forbidden
   */
  public Path into(Path folder, boolean offline, Consumer<String> announce) {
    Optional<String> flaw = flaw(folder);
    if (flaw.isEmpty()) {
      return folder;
    }
    if (offline) {
      throw new JacquardException(
          (FashionMnist.isIn(folder)
                  ? "Fashion-MNIST in " + folder + " is damaged (" + flaw.get() + ")"
                  : "Fashion-MNIST is neither in " + folder + " nor in " + FashionMnist.SYSTEM)
              + ", and --offline forbids fetching it; run jacquard data fetch, or "
              + REMEDY.substring("run ".length()));
    }
    announce.accept("Fetching Fashion-MNIST (30 MB) into " + folder);
    try (Staging staging = Staging.beside(folder)) {
      fetch(staging, folder);
    } catch (IOException e) {
      throw cannotWrite(folder, e);
    }
    return folder;
  }

  private void fetch(Staging staging, Path folder) throws IOException {
    try {
      Path fetched = fromFirst(staging.path());
      Files.createDirectories(folder);
      for (PublishedFile file : files) {
        moveInto(folder, fetched, file);
      }
    } catch (IOException e) {
      staging.requireNotEnded(e);
      throw e;
    }
  }

  private Path fromFirst(Path staging) throws IOException {
    List<String> reasons = new ArrayList<>();
    for (Source source : sources) {
      Path attempt = Files.createDirectory(staging.resolve(Integer.toString(reasons.size())));
      try {
        source.fetchInto(attempt);
        verify(attempt);
        return attempt;
      } catch (IOException e) {
        reasons.add(source.title() + ": " + IoReason.of(e));
      }
    }
    throw new JacquardException(
        "Fashion-MNIST could not be fetched ("
            + String.join("; ", reasons)
            + "); "
            + firstRemedy(Files.getFileStore(staging).getUsableSpace())
            + ", or "
            + REMEDY);
  }

  /** On a full disk the sources' own reasons mislead: not even their error logs can be written. */
  static String firstRemedy(long freeBytes) {
    return freeBytes < ENOUGH_BYTES
        ? "free some disk space, of which " + (freeBytes >> 20) + " MiB are left for the cache"
        : "check the network";
  }

  /** What is wrong with the files there, if anything. */
  private Optional<String> flaw(Path folder) {
    try {
      verify(folder);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(IoReason.of(e));
    }
  }

  private void verify(Path folder) throws IOException {
    for (PublishedFile file : files) {
      Optional<Path> found = FashionMnist.file(folder, file.name());
      if (found.isEmpty()) {
        throw new IOException(file.name() + " is not there");
      }
      file.verify(found.get());
    }
  }

  private static void moveInto(Path folder, Path fetched, PublishedFile file) throws IOException {
    Path source =
        FashionMnist.file(fetched, file.name())
            .orElseThrow(() -> new NoSuchFileException(file.name()));
    Path target = folder.resolve(source.getFileName());
    Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    // A damaged plain file would hide the compressed one.
    Path plain = folder.resolve(file.name());
    if (!plain.equals(target)) {
      Files.deleteIfExists(plain);
    }
  }

  private static JacquardException cannotWrite(Path folder, IOException e) {
    return new JacquardException(
        "cannot write "
            + folder
            + ": "
            + IoReason.of(e)
            + "; set XDG_CACHE_HOME to another folder, or "
            + REMEDY,
        e);
  }
}
