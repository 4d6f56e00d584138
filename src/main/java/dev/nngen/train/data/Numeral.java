package dev.nngen.train.data;

import java.util.OptionalDouble;

/** Parses numbers in data files and options. */
public final class Numeral {

  private Numeral() {}

  /** Whether a text is a number, possibly not finite. Forms that only Java accepts ({@code 3d}, {@code 0x1p3}, a NUL at the end) are not numbers. */
  public static boolean isNumber(String text) {
    return value(text).isPresent();
  }

  /** Returns the number in a text; empty if it is not a number. */
  static OptionalDouble value(String text) {
    String word = text.strip();
    if (word.isEmpty() || "dDfF".indexOf(word.charAt(word.length() - 1)) >= 0 || word.indexOf('x') >= 0 || word.indexOf('X') >= 0
        || hasControls(word)) {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(Double.parseDouble(word));
    } catch (NumberFormatException other) {
      return OptionalDouble.empty();
    }
  }

  // A loop, because it runs for each field of a file.
  private static boolean hasControls(String word) {
    for (int k = 0; k < word.length(); k++) {
      if (Character.isISOControl(word.charAt(k))) {
        return true;
      }
    }
    return false;
  }
}
