package dev.nngen.train.data;

/** Numbers as they are written in data files and options. */
public final class Numeral {

  private Numeral() {}

  /** Whether a text is a number, also one that is not finite. What only Java takes for a number ({@code 3d}, {@code 0x1p3}, a NUL at the end) is none. */
  public static boolean isNumber(String text) {
    String word = text.strip();
    if (word.isEmpty() || "dDfF".indexOf(word.charAt(word.length() - 1)) >= 0 || word.indexOf('x') >= 0 || word.indexOf('X') >= 0
        || word.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    try {
      Double.parseDouble(word);
      return true;
    } catch (NumberFormatException other) {
      return false;
    }
  }
}
