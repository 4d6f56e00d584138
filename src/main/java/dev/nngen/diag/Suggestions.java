package dev.nngen.diag;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests a name for a misspelled one. */
public final class Suggestions {

  private Suggestions() {}

  /**
   * Returns the nearest candidate, if its edit distance is at most a third of the name's letters, or 1 for short names. Edits insert, delete, replace
   * or transpose letters. Among equally near candidates returns the first.
   */
  public static Optional<String> nearest(String name, Collection<String> candidates) {
    int most = Math.max(1, name.length() / 3);
    return candidates.stream().distinct().filter(c -> !c.equals(name))
        .filter(c -> Math.abs(c.length() - name.length()) <= most && distance(name, c) <= most)
        .filter(c -> distance(name, c) < Math.max(name.length(), c.length()) || sameButCase(name, c))
        .min(Comparator.comparingInt(c -> sameButCase(name, c) ? 0 : distance(name, c)));
  }

  private static boolean sameButCase(String a, String b) {
    return a.toLowerCase(Locale.ROOT).equals(b.toLowerCase(Locale.ROOT));
  }

  /** Returns the optimal string alignment distance (Damerau 1964, no letter edited twice). */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : step(a, b, d, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int step(String a, String b, int[][] d, int i, int j) {
    int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
    boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
  }
}
