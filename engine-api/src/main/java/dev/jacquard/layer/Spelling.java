package dev.jacquard.layer;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that somebody probably meant. */
final class Spelling {
  private Spelling() {}

  /** {@code (did you mean "filters"?)} after a space, or nothing if no word is near. */
  static String suggestion(String word, Collection<String> words) {
    return nearest(word, words).map(near -> " (did you mean \"" + near + "\"?)").orElse("");
  }

  /**
   * The nearest of the words, if it is at most two edits away (one for short words), case aside.
   */
  static Optional<String> nearest(String word, Collection<String> words) {
    int limit = word.length() < 5 ? 1 : 2;
    String best = null;
    int least = limit + 1;
    for (String candidate : words) {
      if (Math.abs(candidate.length() - word.length()) > limit) {
        continue;
      }
      int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Levenshtein's: the least number of insertions, deletions and replacements. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
