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
    while (rest >= base && power < prefixes.length - 1) {
      rest /= base;
      power++;
    }
    int digits = power == 0 || rest >= 100 ? 0 : rest >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + digits + "f%s", rest, prefixes[power]);
  }

  /** {@code 19.4 s}. */
  public static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }

  /** Three digits or so: {@code 4.80 us}, {@code 17.4 ms}, {@code 1.23 s}. */
  public static String time(double seconds) {
    double shown = seconds < 1e-3 ? seconds * 1e6 : seconds < 1 ? seconds * 1e3 : seconds;
    String unit = seconds < 1e-3 ? "us" : seconds < 1 ? "ms" : "s";
    int digits = shown >= 100 ? 0 : shown >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + digits + "f %s", shown, unit);
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
