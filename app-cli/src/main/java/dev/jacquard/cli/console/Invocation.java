package dev.jacquard.cli.console;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** How this program was called, for messages that say what to type next. */
public final class Invocation {
  private static final String PROPERTY = "jacquard.command";
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_@%+=:,./-]+");

  private Invocation() {}

  /** The command as its user typed it, {@code ./jacquard}; the launcher passes it on. */
  public static String command() {
    return quoted(System.getProperty(PROPERTY, "jacquard"));
  }

  /** A path as a word for the shell. */
  public static String quoted(Path path) {
    return quoted(path.toString());
  }

  /** A word for the shell. */
  public static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
