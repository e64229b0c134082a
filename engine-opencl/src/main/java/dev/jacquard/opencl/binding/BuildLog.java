package dev.jacquard.opencl.binding;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a compiler says of a source.
 *
 * @param log its own words
 * @param source empty if it is not known
 */
record BuildLog(String log, String source) {
  /** Clang says {@code <source>:12:5: error: ...}, PoCL {@code error: file.cl:12:5: ...} */
  private static final Pattern PLACE = Pattern.compile(":(\\d{1,9}):\\d+:");

  /** The log, and the line of its first error unless the log shows it. */
  String text() {
    String text = log.isBlank() ? "the compiler gives no reason" : log.strip();
    int number = firstError();
    List<String> lines = source.lines().toList();
    if (number < 1 || number > lines.size()) {
      return text;
    }
    String line = lines.get(number - 1).strip();
    return log.contains(line)
        ? text
        : text + System.lineSeparator() + "line " + number + ": " + line;
  }

  private int firstError() {
    for (String line : log.lines().toList()) {
      Matcher place = PLACE.matcher(line);
      if (line.contains("error") && place.find()) {
        return Integer.parseInt(place.group(1));
      }
    }
    return 0;
  }
}
