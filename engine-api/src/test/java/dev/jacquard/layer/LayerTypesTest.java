package dev.jacquard.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.acme.Squeeze;
import com.acme.SqueezeType;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which layers network files may name, and how plug-ins add to them. */
final class LayerTypesTest {

  /** A second type with the first one's name. */
  private static final class OtherSqueezeType implements LayerType {
    @Override
    public String name() {
      return "acme:squeeze";
    }

    @Override
    public Layer parse(Fields fields) {
      return new Squeeze(1);
    }
  }

  private static String message(Runnable action) {
    return assertThrows(JacquardException.class, action::run).getMessage();
  }

  /** A class loader over a folder whose services file lists these classes. */
  private static URLClassLoader plugIn(Path folder, String... classes) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.write(services.resolve(LayerType.class.getName()), List.of(classes));
    return new URLClassLoader(
        new URL[] {folder.toUri().toURL()}, LayerTypesTest.class.getClassLoader());
  }

  @Test
  void knowsTheBuiltInLayers() {
    assertEquals(
        List.of(
            "Activation",
            "Add",
            "AveragePooling2D",
            "BatchNormalization",
            "Conv2D",
            "Dense",
            "Dropout",
            "Flatten",
            "GlobalAveragePooling2D",
            "LeakyReLU",
            "MaxPooling2D",
            "ReLU",
            "Sigmoid",
            "Softmax",
            "Tanh"),
        LayerTypes.builtIn().names());
  }

  @Test
  void findsTheLayerOfAPlugIn(@TempDir Path folder) throws IOException {
    try (URLClassLoader loader = plugIn(folder, SqueezeType.class.getName())) {
      LayerTypes types = LayerTypes.load(loader);
      assertTrue(types.names().contains("acme:squeeze"));
      Map<String, ?> node = Map.of("type", "acme:squeeze", "factor", BigDecimal.valueOf(7));
      assertEquals(new Squeeze(7), types.parse(Fields.of("layers[0]", node)));
    }
    assertFalse(LayerTypes.builtIn().names().contains("acme:squeeze"));
  }

  @Test
  void namesBothProvidersOfOneName() {
    assertEquals(
        "layer type \"acme:squeeze\" is provided twice, by com.acme.SqueezeType and by"
            + " dev.jacquard.layer.LayerTypesTest$OtherSqueezeType; remove one of the two jars",
        message(() -> LayerTypes.with(List.of(new SqueezeType(), new OtherSqueezeType()))));
  }

  @Test
  void wantsAColonInThePlugInsName() {
    for (String name : List.of("Conv2D", "squeeze", "acme:", ":squeeze", "a:b:c", "acme:a b")) {
      LayerType type = LayerType.of(name, fields -> new Squeeze(1));
      assertEquals(
          "layer type \""
              + name
              + "\" of "
              + type.getClass().getName()
              + ": expected a name with a colon, as in \"acme:squeeze\"",
          message(() -> LayerTypes.with(List.of(type))));
    }
  }

  @Test
  void reportsAPlugInThatCannotBeLoaded(@TempDir Path folder) throws IOException {
    try (URLClassLoader loader = plugIn(folder, "com.acme.Missing")) {
      assertEquals(
          "a layer type of a plug-in cannot be loaded: dev.jacquard.layer.LayerType: Provider"
              + " com.acme.Missing not found; remove or repair its jar",
          message(() -> LayerTypes.load(loader)));
    }
  }

  @Test
  void reportsAPlugInWhoseClassesDoNotLink() {
    LayerType unlinked =
        LayerType.of(
            "acme:unlinked",
            fields -> {
              throw new IllegalAccessError("first line\nsecond line");
            });
    LayerTypes types = LayerTypes.with(List.of(unlinked));
    String classes =
        unlinked.getClass().getProtectionDomain().getCodeSource().getLocation().getPath();
    assertEquals(
        "layers[0].type: layer type \"acme:unlinked\" of "
            + classes
            + " does not fit this version of the engine: java.lang.IllegalAccessError: first line;"
            + " compile it again with this version's jars, or remove it",
        message(() -> types.parse(Fields.of("layers[0]", Map.of("type", "acme:unlinked")))));
  }

  /** It is no fault of the engine's, to be reported there. */
  @Test
  void reportsAPlugInThatFails() {
    LayerType failing =
        LayerType.of(
            "acme:failing",
            fields -> {
              throw new IllegalStateException("first line\nsecond line");
            });
    LayerTypes types = LayerTypes.with(List.of(failing));
    String line =
        message(() -> types.parse(Fields.of("layers[0]", Map.of("type", "acme:failing"))));
    String classes =
        failing.getClass().getProtectionDomain().getCodeSource().getLocation().getPath();
    assertTrue(
        line.startsWith(
            "layers[0].type: layer type \"acme:failing\" of "
                + classes
                + " failed: java.lang.IllegalStateException: first line at "),
        line);
    assertTrue(line.contains("LayerTypesTest"), line);
    assertTrue(line.endsWith("; repair it, or remove it"), line);
  }

  @Test
  void whatAPlugInSaysOfItsSettingsIsItsWord() {
    LayerTypes types = LayerTypes.with(List.of(new SqueezeType()));
    String line =
        message(() -> types.parse(Fields.of("layers[0]", Map.of("type", "acme:squeeze"))));
    assertFalse(line.contains("repaired"), line);
  }

  /** Ours are reported to us. */
  @Test
  void theEnginesOwnFailuresStayWhatTheyAre() {
    IllegalStateException fault = new IllegalStateException();
    assertSame(fault, LayerTypes.failure("Dense", new Squeeze(1), fault));
  }

  /** What Keras has by another name, or needs where nothing is needed here. */
  @ParameterizedTest
  @CsvSource({
    "MaxPool2D, it is MaxPooling2D here",
    "InputLayer, 'leave it out, \"input_shape\" says what comes in'",
    "Rescaling, 'leave one of 1/255 out, stored bytes are scaled to [0, 1]'",
  })
  void helpsWhoComesFromKeras(String type, String hint) {
    String line =
        message(() -> LayerTypes.builtIn().parse(Fields.of("layers[0]", Map.of("type", type))));
    String start =
        "layers[0].type: unknown layer type \"" + type + "\" (" + hint + "); the types are ";
    assertTrue(line.startsWith(start), line);
  }

  @Test
  void namesAKeyThatKerasHasRenamed() {
    Fields fields =
        Fields.of("layers[0]", Map.of("type", "LeakyReLU", "alpha", new BigDecimal("0.1")));
    LayerTypes.builtIn().parse(fields);
    String line = message(() -> fields.requireAllRead("LeakyReLU"));
    String start = "layers[0]: unknown key \"alpha\" (did you mean \"negative_slope\"?)";
    assertTrue(line.startsWith(start), line);
  }

  @Test
  void reportsALayerOfAnotherTypeThanItsOwn() {
    LayerType liar = LayerType.of("acme:liar", fields -> new Squeeze(1));
    LayerTypes types = LayerTypes.with(List.of(liar));
    assertEquals(
        "layers[0].type: the plug-in "
            + liar.getClass().getName()
            + " answers to \"acme:liar\" but makes a layer of type \"acme:squeeze\"; it must be"
            + " repaired",
        message(() -> types.parse(Fields.of("layers[0]", Map.of("type", "acme:liar")))));
  }
}
