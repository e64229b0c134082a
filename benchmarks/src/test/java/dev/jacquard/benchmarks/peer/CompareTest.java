package dev.jacquard.benchmarks.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The comparison, of engines that a script stands for. */
class CompareTest {
  private static final String ENGINES =
      """
      #!/bin/sh
      case "$*" in
        *"--name pytorch-cpu "*)
          echo "out of luck" >&2
          exit 3 ;;
      esac
      while [ "$1" != --name ]; do shift; done
      echo "measured $2 train 2 1 3 5 true"
      echo "measured $2 infer 20 10 30 5 true"
      """;

  /** The status if the command itself fails. */
  private static final int FAILED = 70;

  @TempDir Path folder;

  private int run(String base) throws IOException {
    Path python = Files.writeString(folder.resolve("python"), ENGINES);
    Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
    for (String split : new String[] {"train", "t10k"}) {
      Files.createFile(folder.resolve(split + "-images-idx3-ubyte"));
      Files.createFile(folder.resolve(split + "-labels-idx1-ubyte"));
    }
    CommandLine command = new CommandLine(new Compare());
    command.setExecutionExceptionHandler((failure, line, result) -> FAILED);
    return command.execute(
        "--engines=jax-cpu,pytorch-cpu,pytorch-gpu",
        "--base=" + base,
        "--rounds=2",
        "--scripts=" + folder,
        "--data=" + folder,
        "--python=" + python,
        "--json=" + folder.resolve("json"));
  }

  @Test
  void anEngineThatFailsIsLeftOutAndTheOthersAreCompared() throws IOException {
    assertEquals(1, run("jax-cpu"));
    JsonNode json = JsonMapper.shared().readTree(Files.readString(folder.resolve("json")));
    assertEquals(
        "it failed: out of luck",
        json.get("skipped").get("pytorch-cpu").get("reason").stringValue());
    JsonNode train = json.get("tasks").get(0);
    assertEquals("jax-cpu", train.get("subject").get("engine").stringValue());
    assertEquals(1, train.get("peers").size());
    assertEquals("pytorch-gpu", train.get("fastestPeer").stringValue());
  }

  @Test
  void withoutTheEngineToCompareToThereIsNothing() throws IOException {
    assertEquals(FAILED, run("pytorch-cpu"));
  }
}
