package dev.jacquard.cli.console;

import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {
  private static final String[] DECIMAL = {"", " k", " M", " G", " T", " P", " E"};
  private static final String[] BINARY = {" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};

  private Numbers() {}

  /** {@code 357,642}. */
  public static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code 1 candidate}, {@code 12 candidates}. */
  public static String counted(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** Three digits or so with a decimal prefix: {@code 15.4 M}. */
  public static String decimal(long value) {
    return scaled(value, 1000, DECIMAL);
  }

  /** Three digits or so with a binary prefix: {@code 1.37 MiB}. */
  public static String bytes(long value) {
    return scaled(value, 1024, BINARY);
  }

  private static String scaled(long value, int base, String[] prefixes) {
    double rest = (double) value;
    int power = 0;
    // What would round to a whole of the next unit is shown in that.
    while (rest >= base - 0.5 && power < prefixes.length - 1) {
      rest /= base;
      power++;
    }
    return (power == 0 ? Long.toString(value) : threeDigits(rest)) + prefixes[power];
  }

  /** At least, and as they are when they are rounded. */
  private static String threeDigits(double value) {
    int digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** {@code 19.4 s}. */
  public static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }

  /** Three digits or so: {@code 4.80 us}, {@code 17.4 ms}, {@code 1.23 s}. */
  public static String time(double seconds) {
    if (seconds >= 0.9995) {
      return threeDigits(seconds) + " s";
    }
    return seconds >= 0.9995e-3
        ? threeDigits(seconds * 1e3) + " ms"
        : threeDigits(seconds * 1e6) + " us";
  }

  /** {@code 12.5 %}. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  /** {@code 0:07}, {@code 12:30}, {@code 1:02:03}. */
  public static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole >= 3600
        ? String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }

  /** Losses and accuracies: four digits behind the point, 2.5110e+31 where a training explodes. */
  public static String share(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 1e6 ? "%.4f" : "%.4e", value);
  }
}
