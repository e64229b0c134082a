package dev.jacquard.cli.option;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time in seconds, minutes or hours: {@code 90}, {@code 60s}, {@code 5m}, {@code 1h}. */
public final class Budget implements ITypeConverter<Double> {
  private static final Pattern TIME = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,3})?)\\s*([smh]?)");

  @Override
  public Double convert(String text) {
    Matcher time = TIME.matcher(text.strip());
    double number = time.matches() ? Double.parseDouble(time.group(1)) : 0;
    if (!(number > 0)) {
      throw new TypeConversionException("expected a time like 60s, 5m or 1h, received " + text);
    }
    return number
        * switch (time.group(2)) {
          case "m" -> 60;
          case "h" -> 3600;
          default -> 1;
        };
  }
}
