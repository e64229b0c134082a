package dev.jacquard.opencl.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProgramCacheTest {
  private static final DriverIdentity DRIVER = new DriverIdentity("platform", "device", "1.0");

  @TempDir Path folder;

  private final FakeCompiler compiler = new FakeCompiler();

  private long program(DriverIdentity driver, String source, String options) {
    return ProgramCache.in(folder).program(compiler.cl(), 7, 8, driver, source, options);
  }

  private long program() {
    return program(DRIVER, "source", "-O");
  }

  @Test
  void compilesOnce() throws IOException {
    assertEquals(FakeCompiler.COMPILED, program());
    assertEquals(FakeCompiler.LOADED, program());
    assertEquals(List.of("source|-O"), compiler.compiled());
    assertEquals(List.of("source|-O"), compiler.loaded());
    assertEquals(1, files().size(), "neither a lock nor a draft stays: " + files());
    assertTrue(files().get(0).toString().endsWith(".bin"));
  }

  @Test
  void compilesAgainWhatIsInAnyWayDifferent() {
    program(DRIVER, "source", "-O");
    program(DRIVER, "source ", "-O");
    program(DRIVER, "source", "-O -g");
    program(DRIVER, "ource", "-Os");
    program(new DriverIdentity("platform", "device", "1.1"), "source", "-O");
    program(new DriverIdentity("platform", "devic", "e1.0"), "source", "-O");
    program(new DriverIdentity("other", "device", "1.0"), "source", "-O");
    assertEquals(7, compiler.compiled().size());
    assertEquals(List.of(), compiler.loaded());
  }

  @Test
  void replacesADamagedFileWhereverTheDamageIs() throws IOException {
    program();
    Path file = files().get(0);
    byte[] sound = Files.readAllBytes(file);
    for (int i = 0; i < sound.length; i++) {
      byte[] damaged = sound.clone();
      damaged[i] ^= 0x10;
      assertReplaced(file, damaged, sound, "byte " + i);
    }
  }

  @Test
  void replacesAFileThatIsTooShortOrTooLong() throws IOException {
    program();
    Path file = files().get(0);
    byte[] sound = Files.readAllBytes(file);
    for (int length = 0; length < sound.length; length++) {
      assertReplaced(file, Arrays.copyOf(sound, length), sound, "length " + length);
    }
    assertReplaced(file, Arrays.copyOf(sound, sound.length + 1), sound, "one more byte");
  }

  @Test
  void replacesAFileOfAnotherFormOrProgram() throws IOException {
    program();
    Path file = files().get(0);
    byte[] sound = Files.readAllBytes(file);
    byte[] newer = sound.clone();
    newer[7] = ProgramFile.VERSION + 1;
    assertReplaced(file, newer, sound, "version");
    ProgramKey other = ProgramKey.of(DRIVER, "another source", "-O");
    byte[] foreign = ProgramFile.encode(other, new byte[] {1, 2, 3});
    assertReplaced(file, foreign, sound, "program");
  }

  private void assertReplaced(Path file, byte[] bad, byte[] sound, String what) throws IOException {
    Files.write(file, bad);
    assertEquals(FakeCompiler.COMPILED, program(), what);
    assertEquals(FakeCompiler.LOADED, program(), what);
    assertEquals(-1, Arrays.mismatch(sound, Files.readAllBytes(file)), what);
  }

  @Test
  void compilesWhatTheDriverRefuses() {
    program();
    compiler.refuse();
    assertEquals(FakeCompiler.COMPILED, program());
    assertEquals(2, compiler.compiled().size());
  }

  @Test
  void keepsNothingWhereTheDriverGivesNothing() throws IOException {
    compiler.giveNoBinaries();
    assertEquals(FakeCompiler.COMPILED, program());
    assertEquals(List.of(), files());
    assertEquals(FakeCompiler.COMPILED, program());
  }

  @Test
  void leavesNothingBehindASourceThatDoesNotCompile() throws IOException {
    ClException failure = new ClException("clBuildProgram", -11);
    ClApi broken =
        (ClApi)
            Proxy.newProxyInstance(
                ClApi.class.getClassLoader(),
                new Class<?>[] {ClApi.class},
                (self, method, arguments) -> {
                  throw failure;
                });
    ProgramCache cache = ProgramCache.in(folder);
    ClException thrown =
        assertThrows(ClException.class, () -> cache.program(broken, 7, 8, DRIVER, "source", "-O"));
    assertEquals(failure, thrown);
    assertEquals(List.of(), files());
  }

  @Test
  void compilesEveryTimeWithoutAFolder() throws IOException {
    ProgramCache none = ProgramCache.none();
    assertEquals(FakeCompiler.COMPILED, none.program(compiler.cl(), 7, 8, DRIVER, "a", ""));
    assertEquals(FakeCompiler.COMPILED, none.program(compiler.cl(), 7, 8, DRIVER, "a", ""));
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    ProgramCache impossible = ProgramCache.in(file.resolve("sub"));
    for (int i = 0; i < 2; i++) {
      assertEquals(FakeCompiler.COMPILED, impossible.program(compiler.cl(), 7, 8, DRIVER, "a", ""));
    }
    assertEquals("not a folder", Files.readString(file));
  }

  @Test
  void asksDriversThatKeepProgramsForNone() {
    DriverIdentity pocl =
        new DriverIdentity("Portable Computing Language, OpenCL 3.0 PoCL 3.1", "device", "3.1");
    ProgramCache cache = ProgramCache.ofUser(pocl);
    for (int i = 0; i < 2; i++) {
      assertEquals(FakeCompiler.COMPILED, cache.program(compiler.cl(), 7, 8, pocl, "a", ""));
    }
    assertFalse(DRIVER.keepsPrograms());
  }

  @Test
  void survivesThatTheFolderGoesAway() throws IOException {
    ProgramCache cache = ProgramCache.in(folder.resolve("deep/er"));
    Files.delete(folder.resolve("deep/er"));
    for (int i = 0; i < 2; i++) {
      assertEquals(FakeCompiler.COMPILED, cache.program(compiler.cl(), 7, 8, DRIVER, "a", ""));
    }
  }

  @Test
  void makesItsFolder() {
    ProgramCache cache = ProgramCache.in(folder.resolve("deep/er"));
    cache.program(compiler.cl(), 7, 8, DRIVER, "a", "");
    assertEquals(FakeCompiler.LOADED, cache.program(compiler.cl(), 7, 8, DRIVER, "a", ""));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
