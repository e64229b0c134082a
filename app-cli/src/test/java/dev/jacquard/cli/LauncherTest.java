package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher script in a checkout that its user may not write, with a Java that writes a log. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "setpriv is Linux's")
class LauncherTest {
  private static final String JAVA =
      """
      #!/usr/bin/env bash
      echo "${@: -1}" >>"$JAVA_LOG"
      echo "LC_ALL=$LC_ALL LC_CTYPE=$LC_CTYPE LC_MESSAGES=$LC_MESSAGES" >"$JAVA_LOCALE"
      for option; do
        [[ $option != -XX:ArchiveClassesAtExit=* ]] || touch "${option#*=}"
      done
      """;

  @TempDir Path folder;
  private Path checkout;
  private Path dist;
  private Path log;
  private Path locale;

  @BeforeEach
  void install() throws IOException {
    checkout = folder.resolve("checkout");
    dist = Files.createDirectories(checkout.resolve("app-cli/target/dist"));
    Files.createDirectory(dist.resolve("lib"));
    Files.createDirectory(checkout.resolve("target"));
    Files.createFile(checkout.resolve("pom.xml"));
    Files.copy(Path.of("../jacquard"), checkout.resolve("jacquard"));
    log = Files.createFile(folder.resolve("log"));
    locale = Files.createFile(folder.resolve("locale"));
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, JAVA);
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.15\"\n");
    Path cache = Files.createDirectory(folder.resolve("cache"));
    allow("rwxr-xr-x", folder, java, checkout.resolve("jacquard"));
    // What nobody has to pass through, whatever this user's umask.
    allow("rwxr-xr-x", java.getParent(), java.getParent().getParent(), dist.resolve("lib"));
    allow("rwxr-xr-x", checkout, dist.getParent(), dist.getParent().getParent());
    allow("rw-r--r--", folder.resolve("jdk/release"), checkout.resolve("pom.xml"));
    allow("rwxrwxrwx", cache, log, locale);
    allow("r-xr-xr-x", dist, checkout.resolve("target"));
  }

  private static void allow(String permissions, Path... paths) throws IOException {
    for (Path path : paths) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
  }

  /** Root may write everywhere, so that it starts the launcher as nobody. */
  private Outcome start() throws IOException, InterruptedException {
    return start(Map.of());
  }

  private Outcome start(Map<String, String> locales) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (Files.getOwner(log).getName().equals("root")) {
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    }
    command.addAll(List.of(checkout.resolve("jacquard").toString(), "devices"));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    builder.environment().put("JAVA_LOG", log.toString());
    builder.environment().put("JAVA_LOCALE", locale.toString());
    if (!locales.isEmpty()) {
      builder.environment().keySet().removeIf(name -> name.startsWith("LC_"));
      builder.environment().putAll(locales);
    }
    Process process = builder.start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** The system's words for a failure decide what the command says of it. */
  @ParameterizedTest
  @CsvSource({
    "LANG, C.UTF-8, 'LC_ALL= LC_CTYPE=C.UTF-8 LC_MESSAGES=C'",
    "LC_ALL, C.UTF-8, 'LC_ALL= LC_CTYPE=C.UTF-8 LC_MESSAGES=C'",
    "LC_ALL, POSIX, 'LC_ALL=C.UTF-8 LC_CTYPE= LC_MESSAGES='"
  })
  void theSystemSpeaksEnglish(String variable, String value, String seen) throws Exception {
    build();
    assertEquals(new Outcome(0, "", ""), start(Map.of(variable, value)));
    assertEquals(seen + "\n", Files.readString(locale));
  }

  private void build() throws IOException {
    allow("rwxr-xr-x", dist);
    Files.createFile(dist.resolve("built"));
    allow("r-xr-xr-x", dist);
  }

  private String started() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  @Test
  void aBuildThatCannotBeWrittenIsRefusedInALine() throws Exception {
    String target = checkout.resolve("target").toString();
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: cannot build Jacquard, because "
                + target
                + " cannot be written; change its permissions, or copy the checkout to a folder of"
                + " yours\n"),
        start());
    assertEquals("", started());
  }

  @Test
  void theLastBuildRunsWhereANewOneCannotBeWritten() throws Exception {
    build();
    Files.setLastModifiedTime(dist.resolve("built"), FileTime.fromMillis(0));
    assertEquals(
        new Outcome(
            0,
            "",
            "jacquard: the sources have changed, but "
                + checkout.resolve("target")
                + " cannot be written; running the last build\n"),
        start());
    assertTrue(started().endsWith("devices\n"), started());
  }

  @Test
  void whatTheJavaCanDoIsFoundOutOnce() throws Exception {
    build();
    assertEquals(new Outcome(0, "", ""), start());
    assertEquals("rehearse\ndevices\n", started());
    assertEquals(new Outcome(0, "", ""), start());
    assertEquals("rehearse\ndevices\ndevices\n", started());
  }

  /** Then a whole rehearsal, seconds of it, would be for nothing, start after start. */
  @Test
  void nothingIsRehearsedThatCannotBeKept() throws Exception {
    build();
    allow("r-xr-xr-x", folder.resolve("cache"));
    assertEquals(new Outcome(0, "", ""), start());
    assertEquals("--version\ndevices\n", started());
    assertFalse(Files.exists(folder.resolve("cache/jacquard")));
  }
}
