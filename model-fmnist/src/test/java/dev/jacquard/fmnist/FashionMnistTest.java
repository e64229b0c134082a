package dev.jacquard.fmnist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class FashionMnistTest {
  @TempDir private Path folder;

  @Test
  void loadsBothSplits() throws IOException {
    IdxFiles.writeAll(folder);

    DataSet train = FashionMnist.load(folder, Split.TRAIN);
    DataSet test = FashionMnist.load(folder, Split.TEST);

    assertEquals(2, train.size());
    assertEquals("Fashion-MNIST train", train.name());
    assertEquals(FashionMnist.SAMPLE, train.sample());
    assertEquals("Ankle boot", train.classes().get(train.label(0)));
    assertEquals((byte) 784, train.bytes()[784]);
    assertArrayEquals(new int[] {4}, test.labels());
  }

  @Test
  void refusesLabelsThatDoNotMatchTheImages() throws IOException {
    IdxFiles.writeAll(folder);
    Path labels = folder.resolve("t10k-labels-idx1-ubyte");
    Files.write(labels, IdxFiles.labels(1, 2, 3));
    assertMessage(
        labels
            + ": expected 1 labels, one for each image in t10k-images-idx3-ubyte, received 3;"
            + " get both files again",
        () -> FashionMnist.load(folder, Split.TEST));
  }

  @Test
  void refusesAFolderWithoutTheFiles() {
    assertMessage(
        folder + ": expected the file train-images-idx3-ubyte[.gz], which is not there",
        () -> FashionMnist.load(folder, Split.TRAIN));
  }

  @Test
  void looksInTheOptionThenTheVariableThenTheCacheThenTheSystem() throws IOException {
    Path option = folder.resolve("option");
    Path variable = folder.resolve("variable");
    Path cache = folder.resolve("xdg/jacquard/fashion-mnist");
    Path system = folder.resolve("system");
    Map<String, String> plain = Map.of("XDG_CACHE_HOME", folder.resolve("xdg").toString());
    Map<String, String> named =
        Map.of(
            "XDG_CACHE_HOME",
            folder.resolve("xdg").toString(),
            "FASHION_MNIST_DIR",
            variable.toString());

    assertEquals(Optional.empty(), FashionMnist.find(Optional.empty(), plain, system));
    IdxFiles.writeAll(system);
    assertEquals(Optional.of(system), FashionMnist.find(Optional.empty(), plain, system));
    IdxFiles.writeAll(cache);
    assertEquals(Optional.of(cache), FashionMnist.find(Optional.empty(), plain, system));
    IdxFiles.writeAll(variable);
    assertEquals(Optional.of(variable), FashionMnist.find(Optional.empty(), named, system));
    IdxFiles.writeAll(option);
    assertEquals(Optional.of(option), FashionMnist.find(Optional.of(option), named, system));

    Files.delete(cache.resolve("t10k-images-idx3-ubyte"));
    assertEquals(Optional.of(system), FashionMnist.find(Optional.empty(), plain, system));
  }

  @Test
  void anExplicitFolderWithoutTheDataIsAnError() throws IOException {
    Path system = folder.resolve("system");
    IdxFiles.writeAll(system);
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertMessage(
        "--data "
            + empty
            + ": expected a folder with the four IDX files of Fashion-MNIST, but"
            + " train-images-idx3-ubyte[.gz] is not there; give another folder, or leave --data"
            + " out to have it looked for elsewhere",
        () -> FashionMnist.find(Optional.of(empty), Map.of(), system));
    assertMessage(
        "$FASHION_MNIST_DIR "
            + empty
            + ": expected a folder with the four IDX files of Fashion-MNIST, but"
            + " train-images-idx3-ubyte[.gz] is not there; give another folder, or leave"
            + " $FASHION_MNIST_DIR out to have it looked for elsewhere",
        () ->
            FashionMnist.find(
                Optional.empty(), Map.of("FASHION_MNIST_DIR", empty.toString()), system));
  }

  @Test
  void theCacheFollowsTheXdgSpecification() {
    Path home = Path.of("/home/ada/.cache/jacquard/fashion-mnist");
    assertEquals(home, FashionMnist.cache(Map.of("HOME", "/home/ada")));
    assertEquals(
        home, FashionMnist.cache(Map.of("HOME", "/home/ada", "XDG_CACHE_HOME", "relative")));
    assertEquals(
        Path.of("/var/ada/jacquard/fashion-mnist"),
        FashionMnist.cache(Map.of("HOME", "/home/ada", "XDG_CACHE_HOME", "/var/ada")));
  }

  /** As one in letters that the locale has not. */
  @Test
  void aVariableThatIsNoPathIsNamed() {
    for (String name : List.of("FASHION_MNIST_DIR", "XDG_CACHE_HOME", "HOME")) {
      assertMessage(
          "$"
              + name
              + ": expected a path, received a\0b: Nul character not allowed; if its letters are"
              + " not ASCII, use a UTF-8 locale such as LC_ALL=C.UTF-8",
          () -> FashionMnist.find(Optional.empty(), Map.of(name, "a\0b"), folder));
    }
  }

  private static void assertMessage(String expected, Executable action) {
    assertEquals(expected, assertThrows(JacquardException.class, action).getMessage());
  }
}
