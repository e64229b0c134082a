package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.layer.LayerTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The documents do what they say, on a data set that is there in no time. */
class DocumentsTest {
  private static final Path PROJECT = Path.of("..");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "README.md, 8",
    "docs/your-own-network.md, 5",
    "docs/add-a-layer.md, 6",
    "docs/add-a-backend.md, 5",
  })
  void runs(String document, int least) throws Exception {
    DocumentRun run = new DocumentRun(folder, Tiny.data(folder, 1600, 200));
    int commands = run.run(PROJECT.resolve(document));
    assertTrue(commands >= least, () -> document + " has " + commands + " commands only");
    requireCompilable();
  }

  /** Also what no command of the document compiles. */
  private void requireCompilable() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<String> sources =
          files.map(Path::toString).filter(name -> name.endsWith(".java")).toList();
      if (sources.isEmpty()) {
        return;
      }
      List<String> arguments = new ArrayList<>(List.of("-proc:none", "-Xlint:all", "-Werror"));
      arguments.addAll(List.of("-d", folder.resolve("compiled").toString()));
      arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
      arguments.addAll(sources);
      String[] all = arguments.toArray(String[]::new);
      assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, all));
    }
  }

  /** Who follows two of them in one folder does not lose the first one's files. */
  @Test
  void eachFileIsOfOneDocument() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(PROJECT.resolve("README.md")));
    try (Stream<Path> files = Files.list(PROJECT.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
    }
    Map<String, Path> owners = new HashMap<>();
    for (Path document : documents) {
      for (DocumentBlock block : DocumentBlock.of(document)) {
        if (block.kind() == DocumentBlock.Kind.FILE) {
          Path owner = owners.putIfAbsent(block.name(), document);
          assertTrue(
              owner == null || owner.equals(document),
              () -> owner + " and " + document + " both write " + block.name());
        }
      }
    }
    assertTrue(owners.size() > 8, owners.toString());
  }

  /** Every layer that there is, and no other. */
  @Test
  void theTableOfLayersIsWhole() throws IOException {
    String text = Files.readString(PROJECT.resolve("docs/your-own-network.md"));
    Matcher row = Pattern.compile("(?m)^\\| `([A-Z][A-Za-z0-9]*)` \\|").matcher(text);
    TreeSet<String> named = new TreeSet<>();
    row.results().forEach(found -> named.add(found.group(1)));
    assertEquals(new TreeSet<>(LayerTypes.builtIn().names()), named);
  }
}
