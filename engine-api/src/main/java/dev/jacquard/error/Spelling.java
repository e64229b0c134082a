package dev.jacquard.error;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that somebody probably meant. */
public final class Spelling {
  private Spelling() {}

  /** {@code (did you mean "filters"?)} after a space, or nothing if no word is near. */
  public static String suggestion(String word, Collection<String> words) {
    return nearest(word, words).map(near -> " (did you mean \"" + near + "\"?)").orElse("");
  }

  /**
   * The nearest of the words, if it is at most two edits away (one for short words), case aside.
   */
  public static Optional<String> nearest(String word, Collection<String> words) {
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

  /**
   * The least number of insertions, deletions, replacements and exchanges of two neighbours
   * (Damerau and Levenshtein's, no letter edited twice).
   */
  private static int distance(String a, String b) {
    int[][] least = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        least[i][j] = i == 0 || j == 0 ? i + j : edited(least, a, b, i, j);
      }
    }
    return least[a.length()][b.length()];
  }

  /** Of the first {@code i} and {@code j} letters, where those of fewer are known. */
  private static int edited(int[][] least, String a, String b, int i, int j) {
    int replaced = least[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int edits = Math.min(replaced, 1 + Math.min(least[i - 1][j], least[i][j - 1]));
    boolean exchanged =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return exchanged ? Math.min(edits, least[i - 2][j - 2] + 1) : edits;
  }
}
