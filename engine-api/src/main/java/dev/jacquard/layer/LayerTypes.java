package dev.jacquard.layer;

import dev.jacquard.error.JacquardException;
import dev.jacquard.error.Spelling;
import dev.jacquard.error.Thrown;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The layer types that network files may name: those of the engine and those of plug-ins.
 * Immutable.
 */
public final class LayerTypes {
  private static final Pattern PLUG_IN_NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,49}:[A-Za-z0-9][A-Za-z0-9._-]{0,49}");

  private final Map<String, LayerType> types = new TreeMap<>();

  private LayerTypes(Iterable<LayerType> plugIns) {
    for (LayerType type : BuiltInLayers.TYPES) {
      types.put(type.name(), type);
    }
    for (LayerType type : plugIns) {
      add(type);
    }
  }

  /** The engine's own types. */
  public static LayerTypes builtIn() {
    return new LayerTypes(List.of());
  }

  /**
   * The engine's own types and these.
   *
   * @throws JacquardException if a name is not a plug-in's or two types have the same
   */
  public static LayerTypes with(List<LayerType> plugIns) {
    return new LayerTypes(plugIns);
  }

  /**
   * The engine's own types and those that {@link ServiceLoader} finds.
   *
   * @param loader where plug-ins are looked for
   * @throws JacquardException if a plug-in cannot be loaded, a name is not a plug-in's or two types
   *     have the same
   */
  public static LayerTypes load(ClassLoader loader) {
    List<LayerType> found = new ArrayList<>();
    try {
      ServiceLoader.load(LayerType.class, loader).forEach(found::add);
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new JacquardException(
          "a layer type of a plug-in cannot be loaded: " + reason(e) + "; remove or repair its jar",
          e);
    }
    return new LayerTypes(found);
  }

  /** The message of a LinkageError is often no more than a class's name. */
  private static String reason(Error e) {
    if (e instanceof LinkageError) {
      return firstLine(e);
    }
    return e.getCause() == null ? e.getMessage() : e.getMessage() + ": " + firstLine(e.getCause());
  }

  private static String firstLine(Throwable e) {
    return e.toString().lines().findFirst().orElse("");
  }

  /**
   * What is thrown where a plug-in's code failed. What it says of its settings or inputs is that;
   * anything else is the plug-in's own fault, and so is that its classes do not fit those that are
   * there, as when it was compiled against another version of the engine.
   *
   * @param name of the layer type
   * @param plugIn the layer or its type; the message names the jar that its class is from
   * @param cause what it threw
   */
  public static RuntimeException failure(String name, Object plugIn, Throwable cause) {
    if (cause instanceof LinkageError) {
      return new JacquardException(
          origin(name, plugIn)
              + " does not fit this version of the engine: "
              + firstLine(cause)
              + "; compile it again with this version's jars, or remove it",
          cause);
    }
    // The engine's own have no colon in their names, and must not fail so.
    if (cause instanceof JacquardException || name.indexOf(':') < 0) {
      return (RuntimeException) cause;
    }
    return new JacquardException(
        origin(name, plugIn)
            + " failed: "
            + firstLine(cause)
            + Thrown.at(cause).map(frame -> " at " + frame).orElse("")
            + "; repair it, or remove it",
        cause);
  }

  private static String origin(String name, Object plugIn) {
    CodeSource source = plugIn.getClass().getProtectionDomain().getCodeSource();
    String from =
        source == null || source.getLocation() == null
            ? plugIn.getClass().getName()
            : source.getLocation().getPath();
    return "layer type " + Received.describe(name) + " of " + from;
  }

  private void add(LayerType type) {
    String owner = type.getClass().getName();
    String name = type.name();
    if (name == null || !PLUG_IN_NAME.matcher(name).matches()) {
      throw new JacquardException(
          "layer type "
              + Received.describe(name)
              + " of "
              + owner
              + ": expected a name with a colon, as in \"acme:squeeze\"");
    }
    LayerType other = types.putIfAbsent(name, type);
    if (other != null) {
      throw new JacquardException(
          "layer type \""
              + name
              + "\" is provided twice, by "
              + other.getClass().getName()
              + " and by "
              + owner
              + "; remove one of the two jars");
    }
  }

  /** All names in alphabetical order. */
  public List<String> names() {
    return List.copyOf(types.keySet());
  }

  /**
   * Reads the layer in a JSON object by its key {@code type}.
   *
   * @throws JacquardException if the type is not known or a setting is missing or wrong, with the
   *     path of the fault
   */
  public Layer parse(Fields fields) {
    String name = fields.text("type");
    LayerType type = types.get(name);
    if (type == null) {
      throw new JacquardException(
          fields.path("type")
              + ": unknown layer type "
              + Received.describe(name)
              + KerasHints.type(name)
                  .map(hint -> " (" + hint + ")")
                  .orElseGet(() -> Spelling.suggestion(name, types.keySet()))
              + (name.indexOf(':') < 0
                  ? ""
                  : ", which is a plug-in's: put its jar on the class path or among the plug-ins"
                      + " (--plugins DIR)")
              + "; the types are "
              + String.join(", ", types.keySet()));
    }
    Layer layer = parse(type, name, fields);
    if (!layer.type().equals(name)) {
      throw new JacquardException(
          fields.path("type")
              + ": the plug-in "
              + type.getClass().getName()
              + " answers to \""
              + name
              + "\" but makes a layer of type \""
              + layer.type()
              + "\"; it must be repaired");
    }
    return layer;
  }

  private static Layer parse(LayerType type, String name, Fields fields) {
    try {
      return type.parse(fields);
    } catch (JacquardException e) {
      throw e;
    } catch (LinkageError | RuntimeException e) {
      RuntimeException failure = failure(name, type, e);
      throw failure == e
          ? failure
          : new JacquardException(fields.path("type") + ": " + failure.getMessage(), e);
    }
  }
}
