package dev.jacquard.cli.option;

import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number; picocli's own converters tell users of Java's types. */
public final class WholeNumber {
  /** Reads 32 bits. */
  public static final ITypeConverter<Integer> INT =
      text -> parse(text, Integer::valueOf, Integer.MIN_VALUE, Integer.MAX_VALUE);

  /** Reads 64 bits. */
  public static final ITypeConverter<Long> LONG =
      text -> parse(text, Long::valueOf, Long.MIN_VALUE, Long.MAX_VALUE);

  private WholeNumber() {}

  private static <T> T parse(String text, Function<String, T> parser, long least, long most) {
    try {
      return parser.apply(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "expected a whole number from " + least + " to " + most + ", received " + text);
    }
  }
}
