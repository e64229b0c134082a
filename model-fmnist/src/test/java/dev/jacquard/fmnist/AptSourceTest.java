package dev.jacquard.fmnist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * With scripts in the place of {@code apt-get} and {@code dpkg-deb}, which write their arguments.
 */
@Timeout(300)
final class AptSourceTest {
  private static final String TIME_OUTS =
      "-q -o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10 -o Acquire::Retries=1 ";
  private static final String DOWNLOADS = "echo > dataset-fashion-mnist_1_all.deb\n";

  /** Seconds that no script takes, however busy the machine is. */
  private static final int LONG = 600;

  @TempDir private Path scripts;
  @TempDir private Path folder;
  private Path asked;

  @BeforeEach
  void requireShell() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no /bin/sh");
    asked = scripts.resolve("asked");
    IdxFiles.writeAll(scripts.resolve("data"));
  }

  @Test
  void downloadsAndUnpacks() throws IOException {
    source(DOWNLOADS, unpacks(), LONG).fetchInto(folder);

    assertEquals(
        List.of(
            "apt-get " + TIME_OUTS + "download dataset-fashion-mnist",
            "dpkg-deb -x "
                + folder.resolve("dataset-fashion-mnist_1_all.deb")
                + " "
                + folder.resolve("unpacked")),
        Files.readAllLines(asked));
    assertEquals(2, FashionMnist.load(folder, Split.TRAIN).size());
    assertEquals(1, FashionMnist.load(folder, Split.TEST).size());
  }

  @Test
  void bringsItsOwnListsWhereTheSystemHasNone() throws IOException {
    String needsLists =
        """
        case "$*" in
        *Dir::State::Lists=*update) touch updated ;;
        *Dir::State::Lists=*download*) [ -e updated ] && %s ;;
        *) echo 'E: Unable to locate package dataset-fashion-mnist'; exit 100 ;;
        esac
        """
            .formatted(DOWNLOADS.strip());

    source(needsLists, unpacks(), LONG).fetchInto(folder);

    String own =
        TIME_OUTS
            + "-o Dir::State::Lists="
            + folder.resolve("lists")
            + " -o Dir::Cache="
            + folder.resolve("cache")
            + " -o Acquire::Languages=none ";
    assertEquals(
        List.of(
            "apt-get " + TIME_OUTS + "download dataset-fashion-mnist",
            "apt-get " + own + "update",
            "apt-get " + own + "download dataset-fashion-mnist"),
        Files.readAllLines(asked).subList(0, 3));
    assertEquals(2, FashionMnist.load(folder, Split.TRAIN).size());
  }

  @Test
  void passesOnWhatAptComplainsOf() throws IOException {
    assertFails(
        "apt-get failed: Unable to locate package dataset-fashion-mnist",
        source(
            """
            echo Reading
            echo 'E: Unable to locate package dataset-fashion-mnist' >&2
            echo 'E: Something else' >&2
            case "$*" in *update) ;; *) exit 100 ;; esac
            """,
            unpacks(),
            LONG));
    assertFails(
        "apt-get failed: No space left; with lists of our own, apt-get failed: No index",
        source(
            """
            case "$*" in
            *update) ;;
            *Dir::State::Lists=*) echo 'E: No index'; exit 100 ;;
            *) echo 'E: No space left'; exit 100 ;;
            esac
            """,
            unpacks(),
            LONG));
    assertFails(
        "dpkg-deb failed: not a Debian archive",
        source(DOWNLOADS, "echo not a Debian archive\nexit 2\n", LONG));
    assertFails("dpkg-deb failed: exit status 3", source(DOWNLOADS, "exit 3\n", LONG));
  }

  @Test
  void refusesAPackageWithoutTheFiles() throws IOException {
    assertFails("apt-get left no package", source("true\n", unpacks(), LONG));
    assertFails(
        "the package lacks the file train-images-idx3-ubyte", source(DOWNLOADS, "true\n", LONG));
  }

  @Test
  void reportsAMissingCommand() {
    assertFails(
        "there is no command apt-get",
        new AptSource("/no/such/apt-get", "/no/such/dpkg-deb", Duration.ofSeconds(LONG)));
  }

  @Test
  void endsACommandThatTakesTooLong() throws IOException {
    assertFails("apt-get took more than 1 s", source("exec sleep 3600\n", unpacks(), 1));
  }

  private String unpacks() {
    return "mkdir -p \"$3/usr/share/datasets\"\n"
        + "cp -r '"
        + scripts.resolve("data")
        + "' \"$3/usr/share/datasets/fashion-mnist\"\n";
  }

  private AptSource source(String aptGet, String dpkgDeb, int seconds) throws IOException {
    return new AptSource(
        script("apt-get", aptGet), script("dpkg-deb", dpkgDeb), Duration.ofSeconds(seconds));
  }

  private String script(String name, String body) throws IOException {
    Path script = scripts.resolve(name);
    Files.writeString(script, "#!/bin/sh\necho " + name + " \"$@\" >> '" + asked + "'\n" + body);
    assertTrue(script.toFile().setExecutable(true));
    return script.toString();
  }

  private void assertFails(String expected, AptSource source) {
    assertEquals(
        expected, assertThrows(IOException.class, () -> source.fetchInto(folder)).getMessage());
  }
}
