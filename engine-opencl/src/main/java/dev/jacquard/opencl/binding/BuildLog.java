package dev.jacquard.opencl.binding;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a compiler says of a source.
 *
 * @param log its own words
 * @param source with {@code #line} directives where it was put together of files; empty if it is
 *     not known
 */
record BuildLog(String log, String source) {
  /** Clang says {@code <source>:12:5: error: ...}, PoCL {@code error: file.cl:12:5: ...} */
  private static final Pattern PLACE = Pattern.compile("([^\\s:]*):(\\d{1,9}):\\d+:");

  private static final Pattern DIRECTIVE = Pattern.compile("#line (\\d{1,9}) \"(.*)\"");

  /** The log, and the line of its first error unless the log shows it. */
  String text() {
    String text = log.isBlank() ? "the compiler gives no reason" : log.strip();
    for (String said : log.lines().toList()) {
      Matcher place = PLACE.matcher(said);
      if (said.contains("error") && place.find()) {
        String line = line(place.group(1), Integer.parseInt(place.group(2)));
        return line.isEmpty() || log.contains(line)
            ? text
            : text + System.lineSeparator() + "line " + place.group(2) + ": " + line;
      }
    }
    return text;
  }

  /**
   * A line by its place in its file; empty if there is none.
   *
   * @param file perhaps with folders before it
   */
  private String line(String file, int number) {
    String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    String at = "";
    int next = 1;
    for (String line : source.lines().toList()) {
      Matcher directive = DIRECTIVE.matcher(line);
      if (directive.matches()) {
        next = Integer.parseInt(directive.group(1));
        at = directive.group(2);
      } else {
        if (next == number && (name.isEmpty() || at.isEmpty() || name.equals(at))) {
          return line.strip();
        }
        next++;
      }
    }
    return "";
  }
}
