package dev.jacquard.fmnist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.jacquard.error.JacquardException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class FetchTest {
  private static final Source BROKEN =
      source(
          "broken",
          folder -> {
            Files.write(folder.resolve("train-images-idx3-ubyte.gz"), new byte[10]);
            throw new IOException("the line is cut");
          });

  @TempDir private Path folder;
  private Path cache;
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void chooseCache() {
    cache = folder.resolve("jacquard/fashion-mnist");
  }

  @Test
  void fetchesChecksAndAnnouncesOnce() throws IOException {
    Fetch fetch = fetch(source("good", IdxFiles::writeAll));

    assertEquals(cache, fetch.into(cache, false, lines::add));

    assertEquals(List.of("Fetching Fashion-MNIST (30 MB) into " + cache), lines);
    assertEquals(2, FashionMnist.load(cache, Split.TRAIN).size());
    assertEquals(1, FashionMnist.load(cache, Split.TEST).size());
    assertNothingElse();
  }

  @Test
  void leavesAWholeFolderAloneEvenOffline() throws IOException {
    IdxFiles.writeAll(cache);
    Fetch fetch = fetch(source("never", ignored -> fail("the source was asked")));

    assertEquals(cache, fetch.into(cache, true, lines::add));

    assertEquals(List.of(), lines);
  }

  @Test
  void replacesDamagedFiles() throws IOException {
    IdxFiles.writeAll(cache);
    Path shadow = cache.resolve("train-labels-idx1-ubyte");
    Files.write(shadow, IdxFiles.labels(1, 2));

    fetch(source("good", IdxFiles::writeAll)).into(cache, false, lines::add);

    assertFalse(Files.exists(shadow));
    assertArrayEquals(new int[] {9, 0}, FashionMnist.load(cache, Split.TRAIN).labels());
  }

  @Test
  void takesTheNextSourceAfterAFailure() throws IOException {
    fetch(BROKEN, source("good", IdxFiles::writeAll)).into(cache, false, lines::add);

    assertEquals(2, FashionMnist.load(cache, Split.TRAIN).size());
    assertNothingElse();
  }

  @Test
  void namesEverySourceThatFailed() throws IOException {
    Source forged =
        source(
            "forged",
            target -> {
              IdxFiles.writeAll(target);
              Files.write(target.resolve("t10k-labels-idx1-ubyte"), IdxFiles.labels(5));
            });
    Source larger =
        source(
            "larger",
            target -> {
              IdxFiles.writeAll(target);
              Files.write(
                  target.resolve("train-images-idx3-ubyte.gz"),
                  IdxFiles.gzip(new byte[10_000_000]));
            });
    Source partial =
        source(
            "partial",
            target -> {
              IdxFiles.writeAll(target);
              Files.delete(target.resolve("train-labels-idx1-ubyte.gz"));
            });
    assertMessage(
        "Fashion-MNIST could not be fetched (broken: the line is cut;"
            + " forged: t10k-labels-idx1-ubyte: expected SHA-256 "
            + sha256(IdxFiles.labels(4))
            + ", received "
            + sha256(IdxFiles.labels(5))
            + "; larger: train-images-idx3-ubyte: expected 1584 bytes, received more;"
            + " partial: train-labels-idx1-ubyte is not there); check the network, or run"
            + " apt-get install dataset-fashion-mnist, or give --data DIR with the four IDX files",
        () -> fetch(BROKEN, forged, larger, partial).into(cache, false, lines::add));
    assertEquals(0, count(cache.getParent()));
  }

  @Test
  void aFullDiskIsTheFirstThingToRemedy() {
    assertEquals(
        "free some disk space, of which 199 MiB are left for the cache",
        Fetch.firstRemedy((200L << 20) - 1));
    assertEquals("check the network", Fetch.firstRemedy(200L << 20));
  }

  @Test
  void neverFetchesOffline() {
    assertMessage(
        "Fashion-MNIST is neither in "
            + cache
            + " nor in /usr/share/datasets/fashion-mnist, and --offline forbids fetching it; run"
            + " jacquard data fetch, or apt-get install dataset-fashion-mnist, or give --data DIR"
            + " with the four IDX files",
        () ->
            fetch(source("never", ignored -> fail("the source was asked")))
                .into(cache, true, lines::add));
    assertFalse(Files.exists(cache));
    assertEquals(List.of(), lines);
  }

  @Test
  void saysOfDamagedFilesOfflineWhatIsWrongWithThem() throws IOException {
    IdxFiles.writeAll(cache);
    Files.write(cache.resolve("t10k-labels-idx1-ubyte"), IdxFiles.labels(5));
    assertMessage(
        "Fashion-MNIST in "
            + cache
            + " is damaged (t10k-labels-idx1-ubyte: expected SHA-256 "
            + sha256(IdxFiles.labels(4))
            + ", received "
            + sha256(IdxFiles.labels(5))
            + "), and --offline forbids fetching it; run jacquard data fetch, or apt-get install"
            + " dataset-fashion-mnist, or give --data DIR with the four IDX files",
        () ->
            fetch(source("never", ignored -> fail("the source was asked")))
                .into(cache, true, lines::add));
  }

  @Test
  void namesAFolderThatCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path below = file.resolve("fashion-mnist");
    String message =
        assertThrows(
                JacquardException.class,
                () -> fetch(source("good", IdxFiles::writeAll)).into(below, false, lines::add))
            .getMessage();
    assertTrue(message.startsWith("cannot write " + below + ": "), message);
    assertTrue(
        message.endsWith(
            "; set XDG_CACHE_HOME to another folder, or run apt-get install"
                + " dataset-fashion-mnist, or give --data DIR with the four IDX files"),
        message);
  }

  @Test
  void twoMayFetchAtOnce() throws Exception {
    CyclicBarrier bothHere = new CyclicBarrier(2);
    Source slow =
        source(
            "slow",
            target -> {
              IdxFiles.writeAll(target);
              meet(bothHere);
            });
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Path> one = threads.submit(() -> fetch(slow).into(cache, false, ignored -> {}));
      Future<Path> two = threads.submit(() -> fetch(slow).into(cache, false, ignored -> {}));
      assertEquals(cache, one.get(120, TimeUnit.SECONDS));
      assertEquals(cache, two.get(120, TimeUnit.SECONDS));
    } finally {
      threads.shutdownNow();
    }
    assertEquals(2, FashionMnist.load(cache, Split.TRAIN).size());
    assertEquals(4, count(cache));
    assertNothingElse();
  }

  @Test
  void leavesNothingWhenItsProcessIsEnded() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Endless.class.getName(),
                cache.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = process.inputReader()) {
      assertEquals("fetching", out.readLine());
      assertEquals(1, count(cache.getParent()));
      process.destroy();
      assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, count(cache.getParent()));
  }

  /** A fetch that never ends, and whose threads always write. */
  static final class Endless {
    public static void main(String[] args) {
      Source endless =
          source(
              "endless",
              target -> {
                write(target, 0);
                System.out.println("fetching");
                IntStream.range(1, 4).forEach(i -> new Thread(() -> writeOn(target, i)).start());
                writeOn(target, 0);
              });
      fetch(endless).into(Path.of(args[0]), false, line -> {});
    }

    private static void writeOn(Path folder, int thread) {
      for (int i = 0; ; i++) {
        try {
          write(folder, 100 * thread + i % 100);
        } catch (IOException e) {
          // Goes on.
        }
      }
    }

    private static void write(Path folder, int number) throws IOException {
      Files.write(folder.resolve("file" + number), new byte[1]);
    }
  }

  private static void meet(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await(120, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private void assertNothingElse() throws IOException {
    assertEquals(1, count(cache.getParent()), "the staging folder is gone");
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  /** Fetches the small files of {@link IdxFiles#writeAll}. */
  private static Fetch fetch(Source... sources) {
    return new Fetch(
        List.of(sources),
        List.of(
            published("train-images-idx3-ubyte", IdxFiles.images(2)),
            published("train-labels-idx1-ubyte", IdxFiles.labels(9, 0)),
            published("t10k-images-idx3-ubyte", IdxFiles.images(1)),
            published("t10k-labels-idx1-ubyte", IdxFiles.labels(4))));
  }

  private static PublishedFile published(String name, byte[] bytes) {
    return new PublishedFile(name, bytes.length, sha256(bytes));
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(PublishedFile.sha256Digest().digest(bytes));
  }

  @FunctionalInterface
  private interface Filling {
    void fill(Path folder) throws IOException;
  }

  private static Source source(String title, Filling filling) {
    return new Source() {
      @Override
      public String title() {
        return title;
      }

      @Override
      public void fetchInto(Path folder) throws IOException {
        filling.fill(folder);
      }
    };
  }

  private static void assertMessage(String expected, Executable action) {
    assertEquals(expected, assertThrows(JacquardException.class, action).getMessage());
  }
}
