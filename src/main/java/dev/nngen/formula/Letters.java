package dev.nngen.formula;

import dev.nngen.ir.Extent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Index letters as the lecture notes choose them: c for samples, i, j, k, ... for features. */
final class Letters {

  private static final List<String> FEATURES = List.of("i", "j", "k", "l", "p", "q", "r", "s", "u", "v");
  private static final List<String> SAMPLES = List.of("c", "d", "e", "f");

  private Letters() {}

  /** One letter per axis, all different. */
  static List<String> of(List<Extent> axes) {
    Set<String> taken = new LinkedHashSet<>();
    List<String> letters = new ArrayList<>();
    for (Extent axis : axes) {
      letters.add(next(axis, taken));
      taken.add(letters.get(letters.size() - 1));
    }
    return letters;
  }

  static boolean isSample(String letter) {
    return SAMPLES.contains(letter.substring(0, 1));
  }

  /** A letter for the axis that is not taken; numbered once the alphabet is used up. */
  static String next(Extent axis, Collection<String> taken) {
    List<String> alphabet = axis.equals(Extent.BATCH) ? SAMPLES : FEATURES;
    for (int round = 0; ; round++) {
      for (String letter : alphabet) {
        String candidate = round == 0 ? letter : letter + round;
        if (!taken.contains(candidate)) {
          return candidate;
        }
      }
    }
  }
}
