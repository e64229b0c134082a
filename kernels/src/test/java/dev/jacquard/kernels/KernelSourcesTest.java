package dev.jacquard.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class KernelSourcesTest {
  @Test
  void listsExactlyTheFilesThatThereAre() throws IOException, URISyntaxException {
    Path folder = Path.of(KernelSources.class.getResource("philox.cl").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".cl"))
              .map(name -> name.substring(0, name.length() - ".cl".length()))
              .sorted()
              .toList();
      assertEquals(names, KernelSources.families());
    }
  }

  @Test
  void beginsEveryFileWithWhatItIs() {
    for (String family : KernelSources.families()) {
      String opening = "#line 1 \"" + family + ".cl\"\n// ";
      assertTrue(KernelSources.of(family).startsWith(opening), family);
    }
  }

  @Test
  void usesNeitherRelaxedArithmeticNorFloatingPointAtomics() {
    for (String family : KernelSources.families()) {
      String code = KernelSources.of(family).replaceAll("//.*", "");
      assertFalse(code.matches("(?s).*\\b(mad|native_\\w+|half_\\w+|atom\\w+)\\(.*"), family);
      assertTrue(code.contains("#pragma OPENCL FP_CONTRACT OFF"), family);
    }
  }

  @Test
  void replacesAnIncludeByTheFileAndKeepsPositions() {
    String[] file = KernelSources.of("dropout").split("\n", -1);
    int philox = List.of(file).indexOf("#line 1 \"philox.cl\"");
    assertTrue(philox > 0, "philox.cl is not included");
    assertFalse(String.join("\n", file).contains("#include"));
    int back = List.of(file).lastIndexOf("#line " + (philox + 1) + " \"dropout.cl\"");
    assertTrue(back > philox, "the position after the included file is wrong");
  }

  @Test
  void namesTheFamiliesWhenAskedForAnother() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> KernelSources.of("conv3d"));
    assertEquals(
        "no kernel family is named conv3d; there are "
            + String.join(", ", KernelSources.families()),
        e.getMessage());
  }
}
