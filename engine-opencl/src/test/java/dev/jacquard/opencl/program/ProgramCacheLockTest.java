package dev.jacquard.opencl.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who wants the same program at the same time. */
@Timeout(300)
final class ProgramCacheLockTest {
  private static final DriverIdentity DRIVER = new DriverIdentity("platform", "device", "1.0");

  @TempDir Path folder;

  private static long program(FakeCompiler compiler, Path folder, Duration patience) {
    return ProgramCache.in(folder, patience).program(compiler.cl(), 7, 8, DRIVER, "source", "-O");
  }

  /** A process that compiles for as long as another could take to begin, and says so in a file. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Path compilations = Path.of(arguments[1]);
    FakeCompiler compiler = new FakeCompiler();
    compiler.whileCompiling(() -> note(compilations));
    System.out.println("ready");
    if (System.in.read() < 0) {
      throw new IOException("nobody gave the start");
    }
    System.out.println(program(compiler, folder, Duration.ofMinutes(1)));
  }

  private static void note(Path file) {
    try {
      Files.writeString(file, "compiled\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      TimeUnit.SECONDS.sleep(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void twoProcessesCompileOnce() throws Exception {
    Path compilations = folder.resolve("compilations");
    Path cache = folder.resolve("cache");
    List<Process> processes = List.of(start(cache, compilations), start(cache, compilations));
    try {
      for (Process process : processes) {
        assertEquals("ready", line(process.getInputStream()));
      }
      for (Process process : processes) {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
      }
      long sum = 0;
      for (Process process : processes) {
        sum += Long.parseLong(line(process.getInputStream()));
        assertEquals(0, process.waitFor());
      }
      assertEquals(FakeCompiler.COMPILED + FakeCompiler.LOADED, sum);
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
    assertEquals("compiled\n", Files.readString(compilations));
    try (Stream<Path> files = Files.list(cache)) {
      assertEquals(1, files.count(), "neither a lock nor a draft stays");
    }
  }

  private static Process start(Path cache, Path compilations) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ProgramCacheLockTest.class.getName(),
            cache.toString(),
            compilations.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String line(InputStream from) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = from.read(); c >= 0 && c != '\n'; c = from.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  @Test
  void manyThreadsCompileOnce() throws Exception {
    FakeCompiler compiler = new FakeCompiler();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    compiler.whileCompiling(
        () -> {
          begun.countDown();
          await(goOn);
        });
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<Long>> programs = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        programs.add(threads.submit(() -> program(compiler, folder, Duration.ofMinutes(1))));
      }
      await(begun);
      TimeUnit.MILLISECONDS.sleep(200);
      goOn.countDown();
      long sum = 0;
      for (Future<Long> program : programs) {
        sum += program.get();
      }
      assertEquals(FakeCompiler.COMPILED + 5 * FakeCompiler.LOADED, sum);
    } finally {
      threads.shutdownNow();
    }
    assertEquals(1, compiler.compiled().size());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(1, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void compilesWhileSomeoneHoldsTheLockForTooLong() throws IOException {
    FakeCompiler compiler = new FakeCompiler();
    Path lock = folder.resolve(ProgramKey.of(DRIVER, "source", "-O").hex() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      long program = program(compiler, folder, Duration.ofMillis(100));
      assertEquals(FakeCompiler.COMPILED, program);
      assertTrue(held.isValid());
    }
    assertTrue(Files.exists(lock), "only who holds a lock may delete it");
    assertEquals(FakeCompiler.LOADED, program(compiler, folder, Duration.ofMinutes(1)));
  }

  @Test
  void compilesWhereNothingCanBeLocked() throws IOException {
    Path lock = folder.resolve(ProgramKey.of(DRIVER, "source", "-O").hex() + ".lock");
    Files.createDirectory(lock);
    FakeCompiler compiler = new FakeCompiler();
    assertEquals(FakeCompiler.COMPILED, program(compiler, folder, Duration.ofMinutes(1)));
    assertEquals(FakeCompiler.LOADED, program(compiler, folder, Duration.ofMinutes(1)));
  }

  @Test
  void anInterruptedThreadCompilesAndStaysInterrupted() {
    FakeCompiler compiler = new FakeCompiler();
    Thread.currentThread().interrupt();
    assertEquals(FakeCompiler.COMPILED, program(compiler, folder, Duration.ofMinutes(1)));
    assertTrue(Thread.interrupted());
  }

  /** A file of a build that was killed must not keep the next one from compiling. */
  @Test
  void anOldLockFileHoldsNobodyUp() throws IOException {
    Path lock = folder.resolve(ProgramKey.of(DRIVER, "source", "-O").hex() + ".lock");
    Files.write(lock, "left".getBytes(StandardCharsets.UTF_8));
    FakeCompiler compiler = new FakeCompiler();
    assertEquals(FakeCompiler.COMPILED, program(compiler, folder, Duration.ofMinutes(1)));
    assertTrue(Files.notExists(lock));
  }
}
