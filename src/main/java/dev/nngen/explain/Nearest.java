package dev.nngen.explain;

import java.util.Comparator;
import java.util.List;

/** Suggests a name for one that is not there. */
final class Nearest {

  private Nearest() {}

  /** A message that names what there is, the nearest first. */
  static String unknown(String name, List<String> known) {
    String nearest = known.stream().min(Comparator.comparingInt(candidate -> distance(name, candidate))).orElse("");
    boolean close = !nearest.isEmpty() && distance(name, nearest) <= Math.max(1, name.length() / 2);
    return "no gradient for '" + name + "'" + (close ? "; did you mean " + nearest + "?" : "; there are " + String.join(", ", known));
  }

  /** The number of insertions, deletions and changes, case counting half as little (Levenshtein, 1966). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = 2 * j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = 2 * i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + cost(a.charAt(i - 1), b.charAt(j - 1));
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j - 1], row[j]) + 2);
      }
    }
    return (row[b.length()] + 1) / 2;
  }

  private static int cost(char a, char b) {
    if (a == b) {
      return 0;
    }
    return Character.toLowerCase(a) == Character.toLowerCase(b) ? 1 : 2;
  }
}
