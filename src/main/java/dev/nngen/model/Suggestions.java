package dev.nngen.model;

import dev.nngen.diag.Diagnostic;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** Names that a misspelt one may stand for. */
final class Suggestions {

  private Suggestions() {}

  /** The diagnostic with the nearest of the names as help, where one is near. */
  static Diagnostic add(Diagnostic diagnostic, String wrong, Collection<String> names) {
    String nearest = null;
    int least = Math.max(1, wrong.length() / 3) + 1;
    for (String name : names) {
      int distance = distance(wrong, name);
      if (distance < least) {
        least = distance;
        nearest = name;
      }
    }
    return nearest == null ? diagnostic : diagnostic.help("did you mean " + nearest + "?");
  }

  /** The names of values that a frame knows. */
  static Set<String> values(Frame frame) {
    Set<String> names = new LinkedHashSet<>(frame.bindings.keySet());
    names.addAll(frame.file.sizeNames());
    return names;
  }

  /** Edits that lead from one word to the other: insertion, deletion, replacement, and exchange of neighbours. */
  private static int distance(String a, String b) {
    if (a.equalsIgnoreCase(b)) {
      return a.equals(b) ? 0 : 1;
    }
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : edit(d, a, b, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int edit(int[][] d, String a, String b, int i, int j) {
    int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int best = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + same);
    boolean exchanged = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return exchanged ? Math.min(best, d[i - 2][j - 2] + 1) : best;
  }
}
