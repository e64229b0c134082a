package dev.jacquard.cpu.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;

/**
 * Loads a class once more for each set of constants, as one compiles an OpenCL kernel with {@code
 * -D} for each shape.
 *
 * <p>A template class reads its {@code static final} fields from its class data ({@link
 * MethodHandles#classData}). The compiler treats them as literals, which fixes trip counts, removes
 * dead branches, and gives every shape machine code and a profile of its own; nested loops with
 * run-time trip counts are up to 20 times slower on JDK 17. The copies are hidden classes: a copy
 * costs some tens of kilobytes, and a network has few distinct shapes. They are kept for other
 * plans, compiled as they are, until memory is short and no plan uses them.
 *
 * @param <K> the constants: a record, compared by value
 * @param <T> the interface that the template implements
 */
final class Specializer<K extends Record, T> {

  private final Class<T> type;
  private final String template;
  private final Map<K, SoftReference<T>> made = new HashMap<>();

  /**
   * Names the template by its simple class name, in this package, so that it is not loaded here.
   */
  Specializer(Class<T> type, String template) {
    this.type = type;
    this.template = template;
  }

  /** The constants of a copy, which gives its own lookup. */
  static <K extends Record> K constants(MethodHandles.Lookup copy, Class<K> type) {
    try {
      return MethodHandles.classData(copy, ConstantDescs.DEFAULT_NAME, type);
    } catch (IllegalAccessException e) {
      throw new LinkageError("the constants of a kernel", e);
    }
  }

  /** The instance for these constants. */
  synchronized T get(K constants) {
    SoftReference<T> kept = made.get(constants);
    T known = kept == null ? null : kept.get();
    if (known == null) {
      known = define(constants);
      made.put(constants, new SoftReference<>(known));
    }
    return known;
  }

  private T define(K constants) {
    try {
      MethodHandles.Lookup copy =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes(), constants, true);
      Object instance =
          copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class)).invoke();
      return type.cast(instance);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("cannot specialise " + template + " for " + constants, e);
    }
  }

  private byte[] bytes() {
    String file = template + ".class";
    try (InputStream in = Specializer.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new LinkageError("missing beside the other kernel classes: " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
