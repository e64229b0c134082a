package dev.jacquard.fmnist;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The package of Debian and its relatives, downloaded and unpacked without root and without
 * installing it.
 *
 * @param aptGet the command {@code apt-get}
 * @param dpkgDeb the command {@code dpkg-deb}
 * @param limit how long each command may take
 */
record AptSource(String aptGet, String dpkgDeb, Duration limit) implements Source {
  static final String PACKAGE = "dataset-fashion-mnist";
  private static final List<String> TIME_OUTS =
      List.of(
          "-o", "Acquire::http::Timeout=10",
          "-o", "Acquire::https::Timeout=10",
          "-o", "Acquire::Retries=1");

  /** The commands on the path. */
  static AptSource standard() {
    return new AptSource("apt-get", "dpkg-deb", Duration.ofMinutes(5));
  }

  @Override
  public String title() {
    return "package " + PACKAGE;
  }

  @Override
  public void fetchInto(Path folder) throws IOException {
    try {
      apt(folder, List.of(), "download", PACKAGE);
    } catch (CommandFailed e) {
      // The system's lists may be missing or old, and updating them is not ours to do: it is root's
      // right and the user's choice. Lists of our own need neither.
      withOwnLists(folder, e);
    }
    Path unpacked = folder.resolve("unpacked");
    run(folder, List.of(dpkgDeb, "-x", downloaded(folder).toString(), unpacked.toString()));
    // The package's root is the file system's.
    Path data = unpacked.resolve(Path.of("/").relativize(FashionMnist.SYSTEM));
    for (String name : FashionMnist.files()) {
      Path file =
          FashionMnist.file(data, name)
              .orElseThrow(() -> new IOException("the package lacks the file " + name));
      Files.move(file, folder.resolve(file.getFileName()));
    }
  }

  private void withOwnLists(Path folder, CommandFailed before) throws IOException {
    List<String> options = ownLists(folder);
    try {
      apt(folder, options, "update");
      apt(folder, options, "download", PACKAGE);
    } catch (CommandFailed e) {
      e.addSuppressed(before);
      throw before.getMessage().equals(e.getMessage())
          ? e
          : new IOException(before.getMessage() + "; with lists of our own, " + e.getMessage(), e);
    }
  }

  private static List<String> ownLists(Path folder) throws IOException {
    Path lists = Files.createDirectories(folder.resolve("lists/partial")).getParent();
    Path cache = Files.createDirectories(folder.resolve("cache/archives/partial"));
    return List.of(
        "-o",
        "Dir::State::Lists=" + lists,
        "-o",
        "Dir::Cache=" + cache.getParent().getParent(),
        // Lists that only this one download needs: neither translations nor indexes of contents.
        "-o",
        "Acquire::Languages=none");
  }

  private static Path downloaded(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".deb"))
          .findFirst()
          .orElseThrow(() -> new IOException("apt-get left no package"));
    }
  }

  private void apt(Path folder, List<String> options, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(aptGet);
    command.add("-q");
    command.addAll(TIME_OUTS);
    command.addAll(options);
    command.addAll(List.of(arguments));
    run(folder, command);
  }

  private void run(Path folder, List<String> command) throws IOException {
    String name = String.valueOf(Path.of(command.get(0)).getFileName());
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("LC_ALL", "C");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IOException("there is no command " + name, e);
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(name + " took more than " + limit.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new CommandFailed(name + " failed: " + complaint(log, process.exitValue()));
    }
  }

  /** The first error that apt printed, else the last line. */
  private static String complaint(Path log, int status) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readString(log, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (line.startsWith("E: ")) {
        return line.substring(3);
      }
      if (!line.isBlank()) {
        lines.add(line);
      }
    }
    return lines.isEmpty() ? "exit status " + status : lines.get(lines.size() - 1);
  }

  /** A command ran and did not succeed. */
  private static final class CommandFailed extends IOException {
    private static final long serialVersionUID = 1L;

    private CommandFailed(String message) {
      super(message);
    }
  }
}
